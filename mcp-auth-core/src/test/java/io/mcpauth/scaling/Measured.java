package io.mcpauth.scaling;

/**
 * What was measured for docs/scaling.md, and what the page reckons with: microseconds of a
 * processor that PostgreSQL takes.
 */
final class Measured {
  /** A look at a feed of 1,000 entries where nothing has changed. */
  static final int LOOK = 54;

  /** The same with 100,000 entries. */
  static final int LOOK_OF_MANY = 146;

  /** An answer with as many changes as a node asks for at a time. */
  static final int PAGE = 3_500;

  /** A session that is looked up. */
  static final int SESSION_READ = 47;

  /** A session that is opened. */
  static final int SESSION_OPENED = 740;

  /** Processors of the machine. */
  static final int PROCESSORS = 2;

  private Measured() {}
}
