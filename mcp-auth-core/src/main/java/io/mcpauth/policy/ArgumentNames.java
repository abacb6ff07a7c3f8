package io.mcpauth.policy;

import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The names of the arguments that rules depend on, made ready once to find them in many bodies, in
 * whatever case.
 */
final class ArgumentNames extends AbstractSet<String> {
  private final Set<String> names;
  private final Map<String, List<String>> namesByFold = new LinkedHashMap<>();
  private final int longestFold;

  private ArgumentNames(Set<String> names) {
    this.names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
    int longest = 0;
    for (String name : names) {
      String folded = fold(name);
      namesByFold.computeIfAbsent(folded, fold -> new ArrayList<>()).add(name);
      longest = Math.max(longest, folded.length());
    }
    this.longestFold = longest;
  }

  /** These names; those of a policy are there already. */
  static ArgumentNames of(Set<String> names) {
    return names instanceof ArgumentNames ready ? ready : new ArgumentNames(names);
  }

  /**
   * The names that some reader may hold equal to a member. A longer one is none of them, as folding
   * makes no text shorter in code points; and it is not folded at all, because Java takes quadratic
   * time where characters turn into several.
   */
  List<String> equalToSomeReader(String member) {
    return member.length() > 2 * longestFold
        ? List.of()
        : namesByFold.getOrDefault(fold(member), List.of());
  }

  @Override
  public Iterator<String> iterator() {
    return names.iterator();
  }

  @Override
  public boolean contains(Object name) {
    return names.contains(name);
  }

  @Override
  public int size() {
    return names.size();
  }

  /**
   * One text for all that some reader may hold equal without regard to case. Full case mapping, as
   * {@code ss} is for a sharp s, then that of single characters, as {@code k} is for the Kelvin
   * sign. Twice, because the one may call for the other. Of ASCII that is its lower case.
   */
  private static String fold(String text) {
    return isAscii(text) ? text.toLowerCase(Locale.ROOT) : foldOnce(foldOnce(text));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String foldOnce(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    StringBuilder fold = new StringBuilder(upper.length());
    int i = 0;
    while (i < upper.length()) {
      int c = upper.codePointAt(i);
      fold.appendCodePoint(Character.toLowerCase(Character.toUpperCase(c)));
      i += Character.charCount(c);
    }
    return fold.toString();
  }
}
