package io.mcpauth.token;

import java.time.Duration;

/**
 * How tokens were found to be good since the start, for health pages and metrics.
 *
 * @param kept how often a verdict that was kept was enough
 * @param made how often a token was verified, with whatever outcome
 * @param took how long these took together, what was fetched for them included
 */
public record Verifications(long kept, long made, Duration took) {}
