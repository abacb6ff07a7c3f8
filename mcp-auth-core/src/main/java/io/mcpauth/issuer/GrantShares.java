package io.mcpauth.issuer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Bounds what one user can have kept, alone or by a client that logs him in on and on: whoever has
 * his share loses what was unused the longest. It is taken from the store without a rule of access,
 * since nobody has ended it: a resource server that remembers a token of it does so for some
 * minutes more, and one elsewhere that goes by the signature until the token ends.
 */
record GrantShares(GrantEntries entries) {
  /** Of one client for one user: more installations than somebody has. */
  static final int MOST_OF_A_CLIENT = 50;

  /** Of all clients for one user, as many as the page of connected applications shows. */
  static final int MOST_OF_A_USER = 200;

  /** Access tokens of one grant, of which a client needs the last. */
  static final int MOST_TOKENS = 20;

  /** Codes of one user, taken ones among them, which are remembered for ten minutes. */
  static final int MOST_CODES = 100;

  /** Makes room for a grant. */
  void makeRoom(Grant next) {
    User user = next.user();
    if (user == null) {
      return; // a client that the operator entered, and that has to have a secret
    }
    long there = entries.countOfUser(user.id());
    if (there >= MOST_OF_A_CLIENT) {
      makeRoom(next.clientId(), user.id());
    }
    if (there >= MOST_OF_A_USER) {
      entries.removeFirstToEnd(user.id(), MOST_OF_A_USER);
    }
  }

  private void makeRoom(String clientId, String subject) {
    List<GrantEntries.FoundGrant> ofClient = new ArrayList<>();
    try {
      entries.each(
          subject,
          found -> {
            if (found.grant().clientId().equals(clientId)) {
              ofClient.add(found);
            }
          });
    } catch (UnsupportedOperationException e) {
      return; // a store that cannot list, and bounds the user all the same
    }
    ofClient.sort(Comparator.comparing(found -> found.entry().usedAt()));
    for (int i = 0; i <= ofClient.size() - MOST_OF_A_CLIENT; i++) {
      boolean unused = entries.remove(ofClient.get(i).grant().id());
    }
  }

  /** Makes room for an access token. */
  void makeRoomForToken(String grantId) {
    entries.removeFirstTokens(grantId, MOST_TOKENS);
  }

  /** Makes room for a code. */
  void makeRoomForCode(String subject) {
    entries.removeFirstCodes(subject, MOST_CODES);
  }
}
