package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What people are shown of a client: texts made plain, links that are https. */
final class DisplayRules {
  private static final int MAX_URI_LENGTH = 2000;
  private static final int MAX_CONTACTS = 10;
  private static final int MAX_VARIANTS = 40;

  private static final Set<String> TEXTS = Set.of("client_name", "software_id", "software_version");
  private static final Set<String> LINKS =
      Set.of("client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri");

  /** RFC 7591 section 2.2: what people read, so that it may have a variant for each language. */
  private static final Set<String> LOCALIZED =
      Set.of("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri");

  private static final Pattern VISIBLE = Pattern.compile("[!-~&&[^\"'<>\\\\^`{|}]]+");

  /** RFC 5646 section 2.1 in outline, and bounded. */
  private static final Pattern LANGUAGE =
      Pattern.compile("[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,5}");

  private DisplayRules() {}

  /** The members for people, cleaned, and {@code jwks_uri}; empty texts are left out. */
  static void apply(ClientMetadata asked, ClientMetadata.Builder accepted) {
    int variants = 0;
    for (var member : asked.members().entrySet()) {
      String name = member.getKey();
      String plain = plainName(name);
      variants += plain.equals(name) ? 0 : 1;
      if (variants > MAX_VARIANTS) {
        throw MetadataRefusal.metadata(
            "There are more than 40 members with a language; leave some out.");
      }
      if (member.getValue() instanceof String text) {
        applyText(name, plain, text, accepted);
      }
    }
    List<String> contacts = new ArrayList<>();
    for (String contact : asked.contacts()) {
      String text = PlainText.of("contacts", contact);
      if (text != null) {
        contacts.add(text);
      }
    }
    if (contacts.size() > MAX_CONTACTS) {
      throw MetadataRefusal.metadata("contacts has more than " + MAX_CONTACTS + " entries.");
    }
    if (!contacts.isEmpty()) {
      accepted.contacts(contacts);
    }
  }

  private static void applyText(
      String name, String plain, String text, ClientMetadata.Builder accepted) {
    if (TEXTS.contains(plain)) {
      String visible = PlainText.of(plain, text);
      if (visible != null) {
        accepted.member(name, visible);
      }
    } else if (LINKS.contains(plain)) {
      requireLink(plain, text);
      accepted.member(name, text);
    }
  }

  /** RFC 7591 section 2.2: behind a number sign stands a language tag, or it is another member. */
  private static String plainName(String name) {
    int tag = name.indexOf('#');
    if (tag < 0 || !LOCALIZED.contains(name.substring(0, tag))) {
      return name;
    }
    if (!LANGUAGE.matcher(name.substring(tag + 1)).matches()) {
      throw MetadataRefusal.metadata(
          name.substring(0, tag) + " has a variant whose name does not end in a language tag.");
    }
    return name.substring(0, tag);
  }

  /**
   * Pages link to it or load it (RFC 7591 section 5), and keys that come over http are no proof.
   */
  private static void requireLink(String name, String text) {
    URI uri = VISIBLE.matcher(text).matches() ? WebAddress.parsed(text) : null;
    if (uri == null
        || text.length() > MAX_URI_LENGTH
        || !"https".equals(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawUserInfo() != null) {
      throw MetadataRefusal.metadata(
          name + " must be an https URL of at most 2000 characters, without user-info.");
    }
  }
}
