package io.mcpauth.internal.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The member names of the objects that are open, so that none is there twice (RFC 8259 section 4).
 * Time and memory are linear in them, whatever they are: their hash is not to be guessed, and only
 * names of one hash are compared.
 */
final class MemberNames {
  /** Up to as many, looking at each is cheaper than a table. */
  private static final int FEW = 8;

  private static final byte[] NO_BYTES = {};
  private static final NameTable[] NO_TABLES = {};

  private final byte[] text;

  /** The names of all open objects, those of inner ones behind those of outer ones. */
  private int[] hashes = new int[16];

  /** Where each begins, in the text or, as the complement, among the unescaped; and its length. */
  private int[] spans = new int[32];

  private int count;

  /** What names with escapes mean, one behind the other. */
  private byte[] unescaped = NO_BYTES;

  private int unescapedEnd;

  /** For each open object its first name. */
  private int[] firsts = new int[4];

  /** By how many objects are open. */
  private @Nullable NameTable[] tables = NO_TABLES;

  private int open;

  /** A bit for each hash of the innermost object: most new names are told by it from all others. */
  private long marks;

  /** Those of the objects around it. */
  private long[] outerMarks = new long[4];

  MemberNames(byte[] text) {
    this.text = text;
  }

  /** An object begins. */
  void open() {
    if (open == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * open);
      outerMarks = Arrays.copyOf(outerMarks, 2 * open);
    }
    outerMarks[open] = marks;
    marks = 0;
    firsts[open] = count;
    open++;
  }

  /** The object that began last ends: its names are free again. */
  void close() {
    open--;
    marks = outerMarks[open];
    if (unescapedEnd > 0) {
      forgetUnescaped(firsts[open]);
    }
    count = firsts[open];
  }

  /** Takes a name of the object that began last, and says whether it is its first of that name. */
  boolean add(StringToken name) {
    int added = push(name);
    int first = firsts[open - 1];
    if (added - first >= FEW) {
      return addToTable(first, added);
    }
    int hash = hashes[added];
    long mark = 1L << hash;
    if ((marks & mark) == 0) {
      marks |= mark;
      return true;
    }
    for (int other = first; other < added; other++) {
      if (hashes[other] == hash && areSame(other, added)) {
        return false;
      }
    }
    return true;
  }

  /** The hash of a name. */
  int hash(int name) {
    return hashes[name];
  }

  /** Whether two names are one. */
  boolean areSame(int one, int other) {
    int start = start(one);
    int otherStart = start(other);
    return Arrays.equals(
        source(one),
        start,
        start + spans[2 * one + 1],
        source(other),
        otherStart,
        otherStart + spans[2 * other + 1]);
  }

  private boolean addToTable(int first, int added) {
    if (open > tables.length) {
      tables = Arrays.copyOf(tables, 2 * open);
    }
    NameTable table = tables[open - 1];
    if (table == null) {
      table = new NameTable(this);
      tables[open - 1] = table;
    }
    if (added - first == FEW) {
      table.begin(first, added);
    }
    return table.add(added);
  }

  private int push(StringToken name) {
    int added = count++;
    if (added == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * added);
      spans = Arrays.copyOf(spans, 4 * added);
    }
    int from = name.from();
    int length = name.to() - from;
    if (name.isEscaped()) {
      from = unescapedEnd;
      length = unescape(name);
      hashes[added] = NameHash.of(unescaped, from, from + length);
      from = ~from;
    } else {
      hashes[added] = NameHash.of(text, from, from + length);
    }
    spans[2 * added] = from;
    spans[2 * added + 1] = length;
    return added;
  }

  private int unescape(StringToken name) {
    int start = unescapedEnd;
    int most = start + name.to() - name.from();
    if (most > unescaped.length) {
      unescaped = Arrays.copyOf(unescaped, Math.max(most, 2 * unescaped.length));
    }
    unescapedEnd = name.unescape(unescaped, start);
    return unescapedEnd - start;
  }

  /** Of the names from there on. */
  private void forgetUnescaped(int first) {
    for (int name = first; name < count; name++) {
      if (spans[2 * name] < 0) {
        unescapedEnd = ~spans[2 * name];
        return;
      }
    }
  }

  private byte[] source(int name) {
    return spans[2 * name] < 0 ? unescaped : text;
  }

  private int start(int name) {
    int start = spans[2 * name];
    return start < 0 ? ~start : start;
  }
}
