package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server behind the policy that takes what it gets: the last of duplicate members, any types. It
 * has to see in a body what was read of it.
 */
final class LenientReader {
  static final Set<String> ARGUMENTS = Set.of("path", "force", "name");

  private static final JsonMapper LENIENT = JsonMapper.builder().build();
  private static final String VERSION = "io.modelcontextprotocol/protocolVersion";

  private LenientReader() {}

  static @Nullable Object read(byte[] body) {
    try {
      return LENIENT.readValue(body, Object.class);
    } catch (JacksonException e) {
      return null;
    }
  }

  /** For a body that was read with {@link #ARGUMENTS}. */
  static void assertSame(RpcCalls calls, byte[] body) {
    String shown = new String(body, UTF_8);
    Object seen = read(body);
    if (seen == null) {
      fail("accepted, though the lenient reader cannot read it: " + shown);
    }
    List<?> elements = seen instanceof List<?> list ? list : List.of(String.valueOf(seen));
    assertThat(calls.batch()).as(shown).isEqualTo(seen instanceof List<?>);
    assertThat(calls.messages()).as(shown).hasSameSizeAs(elements);
    for (int i = 0; i < calls.messages().size(); i++) {
      Object element = seen instanceof List<?> list ? list.get(i) : seen;
      assertThat(element).as(shown).isInstanceOf(Map.class);
      assertSame(calls.messages().get(i), (Map<?, ?>) element, shown);
    }
  }

  private static void assertSame(RpcCalls.Message message, @Nullable Map<?, ?> seen, String shown) {
    if (seen == null) {
      throw new AssertionError("null element: " + shown);
    }
    Object method = seen.get("method");
    Map<?, ?> params = object(seen.get("params"));
    assertThat(message.method()).as(shown).isEqualTo(method);
    assertThat(message.kind()).as(shown).isEqualTo(kindOf(seen));
    assertThat(message.targets()).as(shown).isEqualTo(targets(method, params));
    assertThat(message.mirroredName()).as(shown).isEqualTo(mirroredName(method, params));
    assertThat(message.protocolVersion())
        .as(shown)
        .isEqualTo(text(object(params.get("_meta")).get(VERSION)));
    assertSameArguments(message.arguments(), method, params.get("arguments"), shown);
    assertSameId(message.id(), seen.get("id"), shown);
  }

  /** As the SDK tells them apart. */
  private static RpcCalls.Message.Kind kindOf(Map<?, ?> seen) {
    if (!seen.containsKey("method")) {
      return RpcCalls.Message.Kind.RESPONSE;
    }
    return seen.containsKey("id")
        ? RpcCalls.Message.Kind.REQUEST
        : RpcCalls.Message.Kind.NOTIFICATION;
  }

  private static List<?> targets(@Nullable Object method, Map<?, ?> params) {
    return switch (String.valueOf(method)) {
      case "tools/call" -> List.of(target(Target.Kind.TOOL, params.get("name")));
      case "prompts/get" -> List.of(target(Target.Kind.PROMPT, params.get("name")));
      case "resources/subscribe", "resources/unsubscribe" -> {
        String version = text(object(params.get("_meta")).get(VERSION));
        boolean gone = version != null && version.compareTo("2026-07-28") >= 0;
        yield gone && !(params.get("uri") instanceof String)
            ? List.of()
            : List.of(target(Target.Kind.RESOURCE, params.get("uri")));
      }
      case "resources/read" -> List.of(target(Target.Kind.RESOURCE, params.get("uri")));
      case "completion/complete" -> {
        Map<?, ?> ref = object(params.get("ref"));
        yield "ref/prompt".equals(ref.get("type"))
            ? List.of(target(Target.Kind.PROMPT, ref.get("name")))
            : List.of(target(Target.Kind.RESOURCE_TEMPLATE, ref.get("uri")));
      }
      case "subscriptions/listen" -> {
        Object uris = object(params.get("notifications")).get("resourceSubscriptions");
        yield uris instanceof List<?> list
            ? list.stream().map(uri -> target(Target.Kind.RESOURCE, uri)).toList()
            : List.of();
      }
      default -> List.of();
    };
  }

  private static Target target(Target.Kind kind, @Nullable Object name) {
    return new Target(kind, String.valueOf(name));
  }

  private static @Nullable Object mirroredName(@Nullable Object method, Map<?, ?> params) {
    String called = String.valueOf(method);
    return switch (called) {
      case "tools/call", "prompts/get" -> params.get("name");
      case "resources/read" -> params.get("uri");
      default -> called.startsWith("tasks/") ? text(params.get("taskId")) : null;
    };
  }

  /** What is surely told is what is there; what is not told is there in no spelling. */
  private static void assertSameArguments(
      Map<String, Object> read, @Nullable Object method, @Nullable Object arguments, String shown) {
    if (!"tools/call".equals(method) && !"prompts/get".equals(method)) {
      assertThat(read).as(shown).isEmpty();
      return;
    }
    if (!(arguments instanceof Map<?, ?> seen)) {
      assertThat(read.keySet()).as(shown).isEqualTo(arguments == null ? Set.of() : ARGUMENTS);
      assertThat(read.values()).as(shown).allMatch(RpcCalls.Message.UNCLEAR::equals);
      return;
    }
    for (String name : ARGUMENTS) {
      List<String> spellings =
          seen.keySet().stream().map(String::valueOf).filter(name::equalsIgnoreCase).toList();
      Object value = read.get(name);
      if (spellings.isEmpty()) {
        assertThat(value).as(shown).isNull();
      } else if (spellings.equals(List.of(name)) && plain(seen.get(name))) {
        assertThat(value).as(shown).isNotEqualTo(RpcCalls.Message.UNCLEAR).isNotNull();
        assertThat(String.valueOf(value)).as(shown).isEqualTo(String.valueOf(seen.get(name)));
      } else {
        assertThat(value).as(shown).isEqualTo(RpcCalls.Message.UNCLEAR);
      }
    }
  }

  private static boolean plain(@Nullable Object value) {
    return (value instanceof String text && text.indexOf('\0') < 0)
        || value instanceof Boolean
        || (value instanceof Number && !(value instanceof Double || value instanceof BigInteger));
  }

  private static void assertSameId(@Nullable Object id, @Nullable Object seen, String shown) {
    if (id instanceof Number number && seen instanceof Double rounded) {
      assertThat(number.doubleValue()).as(shown).isEqualTo(rounded.doubleValue());
    } else if (id instanceof Number && seen instanceof Number) {
      assertThat(new BigDecimal(id.toString()))
          .as(shown)
          .isEqualByComparingTo(new BigDecimal(seen.toString()));
    } else {
      assertThat(id).as(shown).isEqualTo(seen);
    }
  }

  private static Map<?, ?> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }
}
