package io.mcpauth.examples.differential;

import java.util.Map;

/**
 * A tool that ran.
 *
 * @param tool its name
 * @param arguments what it got
 */
record ToolRun(String tool, Map<String, Object> arguments) {}
