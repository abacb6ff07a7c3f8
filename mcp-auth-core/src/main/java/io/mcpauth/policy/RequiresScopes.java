package io.mcpauth.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/**
 * What calling a tool needs, said on the method that is the tool, so that both stand together. An
 * adapter that finds the tools of an application makes a rule of it with {@link Access#of} and
 * {@code ResourceServerBuilder.declaredTools}.
 *
 * <pre>{@code
 * public class Notes {
 *   @RequiresScopes("notes:write")
 *   public String write(String text) {
 *     return "written";
 *   }
 * }
 * }</pre>
 *
 * <p>Whoever writes the policy has the last word: its rule for exactly this tool replaces this one,
 * one of its patterns that denies the tool denies it, and its other patterns apply besides.
 *
 * <p>Does not check anything where nothing reads it: a plain method call is nobody's request.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@java.lang.annotation.Target(ElementType.METHOD)
public @interface RequiresScopes {
  /** The scopes, all of them, beside the base scopes; with none, the base scopes. */
  String[] value() default {};

  /** And one of these roles, in the claim of the policy's {@code roleClaim}; none by default. */
  String[] roles() default {};

  /** And a credential of one of these schemes; by default as {@link Access#scheme} says. */
  Scheme[] schemes() default {};

  /** Open to everybody, without a credential; nothing else may be said beside it. */
  boolean anonymous() default false;
}
