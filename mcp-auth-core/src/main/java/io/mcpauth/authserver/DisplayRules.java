package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What people are shown of a client: texts made plain, links that are https. It decides nothing, so
 * what cannot be shown is left out and refuses nobody (RFC 7591 section 2), and the answer says
 * what is left.
 */
final class DisplayRules {
  private static final int MAX_URI_LENGTH = 2000;
  private static final int MAX_CONTACTS = 10;
  private static final int MAX_VARIANTS = 40;

  private static final Set<String> TEXTS = Set.of("client_name", "software_id", "software_version");
  private static final Set<String> LINKS =
      Set.of("client_uri", "logo_uri", "tos_uri", "policy_uri");

  /** RFC 7591 section 2.2: what people read, so that it may have a variant for each language. */
  private static final Set<String> LOCALIZED =
      Set.of("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri");

  private static final Pattern VISIBLE = Pattern.compile("[!-~&&[^\"'<>\\\\^`{|}]]+");

  /** RFC 5646 section 2.1 in outline, and bounded. */
  private static final Pattern LANGUAGE =
      Pattern.compile("[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,5}");

  private DisplayRules() {}

  /** The members for people, as far as they can be shown. */
  static void apply(ClientMetadata asked, ClientMetadata.Builder accepted) {
    int variants = 0;
    for (var member : asked.members().entrySet()) {
      String name = member.getKey();
      String plain = plainName(name);
      variants += plain.equals(name) ? 0 : 1;
      if (variants <= MAX_VARIANTS && member.getValue() instanceof String text) {
        applyText(name, plain, text, accepted);
      }
    }
    List<String> contacts =
        asked.contacts().stream()
            .map(PlainText::of)
            .filter(Objects::nonNull)
            .limit(MAX_CONTACTS)
            .toList();
    if (!contacts.isEmpty()) {
      accepted.contacts(contacts);
    }
  }

  private static void applyText(
      String name, String plain, String text, ClientMetadata.Builder accepted) {
    if (TEXTS.contains(plain)) {
      String visible = PlainText.of(text);
      if (visible != null) {
        accepted.member(name, visible);
      }
    } else if (LINKS.contains(plain) && isLink(text)) {
      accepted.member(name, text);
    }
  }

  /** RFC 7591 section 2.2: behind a number sign stands a language tag, or it is another member. */
  private static String plainName(String name) {
    int tag = name.indexOf('#');
    boolean variant =
        tag >= 0
            && LOCALIZED.contains(name.substring(0, tag))
            && LANGUAGE.matcher(name.substring(tag + 1)).matches();
    return variant ? name.substring(0, tag) : name;
  }

  /** Whether pages may link to it or load it (RFC 7591 section 5), and servers fetch from it. */
  static boolean isLink(String text) {
    URI uri = VISIBLE.matcher(text).matches() ? WebAddress.parsed(text) : null;
    return uri != null
        && text.length() <= MAX_URI_LENGTH
        && "https".equals(uri.getScheme())
        && uri.getHost() != null
        && uri.getRawUserInfo() == null;
  }
}
