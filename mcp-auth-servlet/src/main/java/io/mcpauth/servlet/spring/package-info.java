/**
 * Spring Boot and Spring AI: an auto-configuration for the lines 3.5 and 4 from one jar. The only
 * place of the library that knows Spring, the MCP Java SDK and Micrometer; without them it does
 * nothing. Its classes are the framework's to find: {@code docs/spring.md} says what they do.
 */
@NullMarked
package io.mcpauth.servlet.spring;

import org.jspecify.annotations.NullMarked;
