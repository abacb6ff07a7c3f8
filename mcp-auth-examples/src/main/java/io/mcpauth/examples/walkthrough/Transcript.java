package io.mcpauth.examples.walkthrough;

import java.io.PrintStream;
import java.util.List;

/** Prints the walk-through; every line passes the elision. */
final class Transcript {
  private static final int WIDTH = 100;

  private final PrintStream out;
  private final Elision elision = new Elision();
  private final Rendering rendering = new Rendering(elision);
  private int steps;
  private int sent;
  private int right;

  Transcript(PrintStream out) {
    this.out = out;
  }

  /**
   * Begins a step.
   *
   * @param words what happens and why, for someone who knows none of the documents
   * @param shows the sections that say so
   */
  void step(String title, String words, String shows) {
    steps++;
    line("");
    line(steps + ". " + title);
    line("   " + words);
    line("   (" + shows + ")");
  }

  /** A remark between two messages. */
  void say(String words) {
    line("");
    line("   " + words);
  }

  void sent(Request request) {
    sent++;
    line("");
    rendering.lines(request).forEach(text -> line("   > " + text));
  }

  void came(Answer answer) {
    rendering.lines(answer).forEach(text -> line("   < " + text));
  }

  /** The answer was right, and this is what was looked at. */
  void right(List<String> passed) {
    right++;
    passed(passed);
  }

  /** What a program printed. */
  void printed(String text) {
    text.lines().forEach(line -> line("   | " + line));
  }

  /** Something other than an answer was right, and this is what was looked at. */
  void passed(List<String> passed) {
    StringBuilder text = new StringBuilder();
    for (String what : passed) {
      if (text.length() > 0 && text.length() + what.length() > WIDTH) {
        line("   = " + text + ";");
        text.setLength(0);
      }
      text.append(text.length() == 0 ? "" : "; ").append(what);
    }
    if (text.length() > 0) {
      line("   = " + text);
    }
  }

  /** The answer was wrong, after some of it was right. */
  void wrong(List<String> passed, WrongAnswerException wrong) {
    passed(passed);
    line("   WRONG: " + wrong.what());
    line("     expected: " + wrong.expected());
    line("     came:     " + wrong.came());
  }

  /** Something other than an answer failed. */
  void broken(String words) {
    line("   BROKEN OFF: " + words);
  }

  /** The last line. */
  void summary() {
    line("");
    line(right + " of " + sent + " answers were right");
  }

  private void line(String text) {
    out.println(elision.text(text));
  }
}
