package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.token.KeyStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether callers can be proven, and why not.
 *
 * @param up false where an issuer has no keys here and the last fetch of them failed
 * @param details the keys of each issuer, and whether access is open
 */
record ServerHealth(boolean up, Map<String, Object> details) {
  /** As it is now. */
  static ServerHealth of(List<ResourceServer> servers) {
    boolean up = true;
    Map<String, Object> details = new LinkedHashMap<>();
    for (ResourceServer server : servers) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("access", server.access().status().mode().name());
      for (KeyStatus keys : server.keyStatus()) {
        boolean failed = keys.keys() == 0 && keys.problem() != null;
        up &= !failed;
        one.put(keys.issuer(), failed ? String.valueOf(keys.problem()) : keys.keys() + " keys");
      }
      details.put(server.resource().value(), one);
    }
    return new ServerHealth(up, details);
  }
}
