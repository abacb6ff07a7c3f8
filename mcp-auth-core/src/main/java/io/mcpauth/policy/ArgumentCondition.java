package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What depends on an argument.
 *
 * @param argument a member of {@code params.arguments}
 * @param values strings, booleans and {@code Long}
 * @param then what is asked for besides where the argument is one of the values; null adds nothing
 * @param otherwise what is asked for besides where it is another value of such a type
 */
record ArgumentCondition(
    String argument, Set<Object> values, @Nullable Access then, @Nullable Access otherwise) {

  /**
   * What it asks for besides.
   *
   * @param value of the argument, or null where it is absent
   */
  List<Access> asked(@Nullable Object value) {
    boolean listed = value != null && values.contains(value);
    List<Access> asked = new ArrayList<>(2);
    if (then != null && (listed || isUnclear(value))) {
      asked.add(then);
    }
    if (otherwise != null && !listed) {
      asked.add(otherwise);
    }
    return asked;
  }

  /**
   * Absent, or of a type that is not listed: a tool may take {@code "true"} or 1 for {@code true}.
   * What is unclear in the body is of none.
   */
  boolean isUnclear(@Nullable Object value) {
    return value == null
        || values.stream().noneMatch(listed -> listed.getClass() == value.getClass());
  }
}
