package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registration at a provider as it is kept, before it is encrypted.
 *
 * @param client what the provider answered
 * @param wanted the hash of the metadata that was asked for
 */
record KeptRegistration(ClientInformation client, String wanted) {
  private static final List<String> NO_METADATA =
      List.of(
          ClientInformation.CLIENT_ID,
          ClientInformation.CLIENT_SECRET,
          ClientInformation.ISSUED_AT,
          ClientInformation.SECRET_EXPIRES_AT,
          ClientInformation.ACCESS_TOKEN,
          ClientInformation.CLIENT_URI);

  String encoded(String issuer) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("issuer", issuer);
    members.put("wanted_sha256", wanted);
    members.put("answer", new String(client.toJson(), StandardCharsets.UTF_8));
    return new String(Json.write(members), StandardCharsets.UTF_8);
  }

  /** Null for what cannot be read or is another issuer's. */
  static @Nullable KeptRegistration decoded(String issuer, String text) {
    try {
      Map<String, @Nullable Object> members = Json.object(text.getBytes(StandardCharsets.UTF_8));
      if (!issuer.equals(members.get("issuer"))
          || !(members.get("wanted_sha256") instanceof String wanted)
          || !(members.get("answer") instanceof String answer)) {
        return null;
      }
      byte[] json = answer.getBytes(StandardCharsets.UTF_8);
      Map<String, @Nullable Object> metadata = new LinkedHashMap<>(Json.object(json));
      metadata.keySet().removeAll(NO_METADATA);
      RegistrationAnswer reader = new RegistrationAnswer(issuer, ClientMetadata.of(metadata));
      return new KeptRegistration(reader.read(json, null), wanted);
    } catch (InvalidJsonException | ClientException | AuthException e) {
      return null;
    }
  }
}
