package io.mcpauth.issuer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of signed access tokens at one moment, at least one, in the order in which they sign.
 * Pure: what is due is asked with the time, and done by {@link SigningKeys}.
 */
record KeyRing(List<RingKey> keys) {
  /** How long a key signs, unless nobody is there to make the next one. */
  static final Duration SIGNS = Duration.ofDays(90);

  /** How long a key is published before it signs: whoever keeps the set has it by then. */
  static final Duration AHEAD = Duration.ofDays(1);

  /** How much later than another a node may change to the next key. */
  static final Duration CLOCKS_APART = Duration.ofHours(1);

  KeyRing {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw Members.unreadable("it has no key");
    }
  }

  /** The last whose time has come. */
  RingKey signer(Instant now) {
    RingKey signer = keys.get(0);
    for (RingKey key : keys) {
      if (!key.signsFrom().isAfter(now)) {
        signer = key;
      }
    }
    return signer;
  }

  /**
   * When a new key is to sign first; null where none is to be made yet. After a time in which
   * nobody could make one, the last signs on until the new one has been published long enough.
   */
  @Nullable Instant nextSignsFrom(Instant now) {
    Instant lastEnds = keys.get(keys.size() - 1).signsFrom().plus(SIGNS);
    Instant published = now.plus(AHEAD);
    return lastEnds.isAfter(published) ? null : published;
  }

  KeyRing with(RingKey next) {
    List<RingKey> more = new ArrayList<>(keys);
    more.add(next);
    return new KeyRing(more);
  }

  /** The same where tokens of a key may end that late. */
  KeyRing covering(String keyId, Instant tokenEnd) {
    return new KeyRing(
        keys.stream()
            .map(
                key ->
                    key.id().equals(keyId) && key.tokensUntil().isBefore(tokenEnd)
                        ? key.withTokensUntil(tokenEnd)
                        : key)
            .toList());
  }

  /** Without keys whose tokens have ended, and without secrets that sign no more. */
  KeyRing tidied(Instant now) {
    List<RingKey> left = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      RingKey key = keys.get(i);
      boolean signsNoMore = i + 1 < keys.size() && isLongOver(keys.get(i + 1).signsFrom(), now);
      if (!signsNoMore) {
        left.add(key);
      } else if (!isLongOver(key.tokensUntil(), now)) {
        left.add(key.withoutSecret());
      }
    }
    return new KeyRing(left);
  }

  private static boolean isLongOver(Instant time, Instant now) {
    return !time.plus(CLOCKS_APART).isAfter(now);
  }

  String json() {
    return Members.empty()
        .with(
            "keys",
            keys.stream()
                .map(
                    key ->
                        Members.empty()
                            .with("public", key.published())
                            .with("secret", key.secret())
                            .with("signs_from", key.signsFrom())
                            .with("tokens_until", key.tokensUntil()))
                .toList())
        .json();
  }

  static KeyRing read(String json) {
    List<RingKey> keys = new ArrayList<>();
    for (Members members : Members.of(json).list("keys")) {
      keys.add(
          new RingKey(
              Map.copyOf(members.object("public")),
              members.textOrNull("secret"),
              members.time("signs_from"),
              members.time("tokens_until")));
    }
    return new KeyRing(keys);
  }

  @Override
  public String toString() {
    return "KeyRing" + keys;
  }
}
