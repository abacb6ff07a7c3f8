package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AccessMisuseTest {
  private static final Access MORE = Access.scopes("s");

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_isRefused(Supplier<Access> mistake, String problem) {
    assertThatIllegalArgumentException().isThrownBy(mistake::get).withMessageContaining(problem);
  }

  static Stream<Arguments> mistakes() {
    Access access = Access.scopes("a");
    Access open = Access.anonymous();
    Access denied = Access.denied();
    String nothing = "changes nothing. Write its name, and what it asks for.";
    String branch = "What argument 'x' adds cannot be anonymous, nor depend on another argument.";
    return Stream.of(
        row("one alternative", () -> access.anyOf("b"), "[b] leaves no choice. Write two"),
        row("no alternative", () -> access.anyOf(new String[0]), "[] leaves no choice."),
        row("bad alternative", () -> access.anyOf("b", "c  d"), "Scope '' is not a scope token."),
        row("scope twice", () -> access.anyOf("b b", "c"), "[b, b] name one twice."),
        row("any of twice", () -> access.anyOf("b", "c").anyOf("d", "e"), "'anyOf' is set twice."),
        row("no role", () -> access.role(), "The roles [] are none, or one is empty or twice."),
        row("empty role", () -> access.role("r", ""), "The roles [r, ] are none, or one is"),
        row("role again", () -> access.role("r", "r"), "The roles [r, r] are none, or one"),
        row("roles twice", () -> access.role("r").role("s"), "'role' is set twice. Set it once."),
        row("no group", () -> access.group(), "The groups [] are none, or one is empty"),
        row("groups twice", () -> access.group("g").group("h"), "'group' is set twice."),
        row("no scheme", () -> access.scheme(), "No scheme is named. Write one, such as BEARER."),
        row(
            "schemes twice",
            () -> access.scheme(Scheme.DPOP).scheme(Scheme.BASIC),
            "'scheme' is set twice."),
        row("no acr", () -> access.acr(), "The acr values [] are none, or one is there twice."),
        row("acr again", () -> access.acr("x", "x"), "The acr values [x, x] are none, or one"),
        row("empty acr", () -> access.acr(""), "acr '' cannot stand in a challenge. Write it as"),
        row("two in one", () -> access.acr("x y"), "acr 'x y' cannot stand in a challenge."),
        row("quoted acr", () -> access.acr("x\"y"), "cannot stand in a challenge."),
        row("acr twice", () -> access.acr("x").acr("y"), "'acr' is set twice. Set it once."),
        row("no age", () -> access.maxAge(Duration.ZERO), "A maximum age of PT0S is none. Write"),
        row("age before", () -> access.maxAge(Duration.ofSeconds(-1)), "A maximum age of PT-1S is"),
        row("fraction", () -> access.maxAge(Duration.ofMillis(1500)), "maximum age of PT1.5S is"),
        row("endless", () -> access.maxAge(Duration.ofDays(3651)), "one to ten years of them."),
        row(
            "age twice",
            () -> access.maxAge(Duration.ofHours(1)).maxAge(Duration.ofHours(1)),
            "'maxAge' is set twice."),
        row("open with acr", () -> open.acr("x"), "What is anonymous has no conditions."),
        row("no actor", () -> access.actor(), "The actors [] are none, or one is empty or twice."),
        row("empty actor", () -> access.actorIfAny("a", ""), "The actors [a, ] are none, or one"),
        row("actor again", () -> access.actor("a", "a"), "The actors [a, a] are none, or one is"),
        row("actors twice", () -> access.actor("a").actorIfAny(), "'actor' is set twice."),
        row("denied with actor", () -> denied.actor("a"), "What is denied has no conditions."),
        row("actor before", () -> access.claim("/act/act/sub", "a"), "before the current one"),
        row("no claim", () -> access.claim("", "v"), "Claim '' is no claim. Write its name"),
        row("claim twice", () -> access.claim("c", 1).claim("c", 2), "'c' is set twice."),
        row("no value", () -> access.claim("c"), "Claim 'c' is compared with nothing."),
        row("same value", () -> access.claim("c", 1, 1L), "Claim 'c' lists a value twice."),
        row("fraction", () -> access.claim("c", 1.5), "Claim 'c' is compared with strings, bool"),
        row("open with role", () -> open.role("r"), "What is anonymous has no conditions."),
        row("open with scopes", () -> open.anyOf("a", "b"), "What is anonymous has no conditions."),
        row("open with claim", () -> open.claim("c", 1), "What is anonymous has no conditions."),
        row("denied with scheme", () -> denied.scheme(Scheme.DPOP), "What is denied has no cond"),
        row("denied with group", () -> denied.group("g"), "What is denied has no conditions."),
        row(
            "denied with argument",
            () -> denied.whenArgument("x", List.of(1), MORE, null),
            "What is denied cannot depend on an argument."),
        row("denied with header", () -> denied.paramHeader("x", "X"), "What is denied has no head"),
        row("no name", () -> access.whenArgument("", List.of(1), MORE, null), "'' " + nothing),
        row("no side", () -> access.whenArgument("x", List.of(1), null, null), "'x' " + nothing),
        row(
            "no values",
            () -> access.whenArgument("x", List.of(), MORE, null),
            "Argument 'x' is compared with nothing. Write its values."),
        row(
            "list as value",
            () -> access.whenArgument("x", List.of(List.of()), MORE, null),
            "Argument 'x' is compared with strings, booleans and integers only."),
        row(
            "value twice",
            () -> access.whenArgument("x", List.of("v", "v"), MORE, null),
            "Argument 'x' lists a value twice. Write it once."),
        row(
            "argument twice",
            () ->
                access
                    .whenArgument("x", List.of(1), MORE, null)
                    .whenArgument("x", List.of(2), MORE, null),
            "'x' is set twice."),
        row("open side", () -> access.whenArgument("x", List.of(1), open, null), branch),
        row("other open side", () -> access.whenArgument("x", List.of(1), null, open), branch),
        row(
            "side with argument",
            () ->
                access.whenArgument(
                    "x", List.of(1), MORE.whenArgument("y", List.of(1), MORE, null), null),
            branch),
        row(
            "side with header",
            () -> access.whenArgument("x", List.of(1), null, MORE.paramHeader("y", "Y")),
            branch),
        row("header of nothing", () -> access.paramHeader("", "X"), "of argument '' is no header"),
        row("no header", () -> access.paramHeader("x", ""), "Header suffix '' of argument 'x' is"),
        row("header with space", () -> access.paramHeader("x", "A B"), "Header suffix 'A B' of"),
        row("header with colon", () -> access.paramHeader("x", "A:"), "is no header name. Write"),
        row(
            "header twice",
            () -> access.paramHeader("x", "A").paramHeader("x", "B"),
            "The header of 'x' is set twice."));
  }

  @Test
  void eachStep_givesAnotherAccess() {
    Access access = Access.scopes("a");
    String before = access.toString();
    Access unused =
        access
            .anyOf("b", "c d")
            .role("r")
            .group("g")
            .scheme(Scheme.DPOP)
            .claim("c", true)
            .whenArgument("x", List.of(1), MORE, null)
            .paramHeader("x", "X");
    assertThat(access.toString()).isEqualTo(before).isEqualTo("scopes [a]");
    assertThat(unused.toString())
        .isEqualTo(
            "scopes [a], any of [[b], [c, d]], roles [r], groups [g], schemes [DPOP], claims [c]");
    assertThat(Access.denied()).hasToString("denied");
    assertThat(Access.anonymous()).hasToString("anonymous");
  }

  private static Arguments row(String name, Supplier<Access> mistake, String problem) {
    return Arguments.of(Named.of(name, mistake), problem);
  }
}
