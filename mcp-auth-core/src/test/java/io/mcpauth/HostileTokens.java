package io.mcpauth;

import static io.mcpauth.RawIssuer.claims;
import static io.mcpauth.RawIssuer.encode;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;

/** Good tokens of an issuer and what an attacker makes of them: the same changes in every run. */
final class HostileTokens {
  /**
   * One token.
   *
   * @param kind what was done to it
   */
  record Sample(String kind, String token) {}

  static final Map<String, JWSAlgorithm> ALGORITHMS =
      Map.of(
          "rsa-1 RS256", JWSAlgorithm.RS256,
          "rsa-1 RS512", JWSAlgorithm.RS512,
          "rsa-1 PS256", JWSAlgorithm.PS256,
          "ec-1 ES256", JWSAlgorithm.ES256,
          "ed-1 EdDSA", JWSAlgorithm.EdDSA);

  private static final List<String> HEADER_PARTS =
      List.of(
          "\"alg\":\"ES256\"",
          "\"alg\":\"none\"",
          "\"alg\":\"RS256\"",
          "\"ALG\":\"none\"",
          "\"a\\u006cg\":\"none\"",
          "\"kid\":\"ec-1\"",
          "\"kid\":\"rsa-1\"",
          "\"kid\":\"../../etc/passwd\"",
          "\"kid\":1",
          "\"kid\":null",
          "\"crit\":[]",
          "\"crit\":[\"exp\"]",
          "\"crit\":[\"b64\"],\"b64\":true",
          "\"crit\":[\"b64\"],\"b64\":false",
          "\"b64\":false",
          "\"cty\":\"JWT\"",
          "\"zip\":\"DEF\"",
          "\"enc\":\"A128GCM\"",
          "\"typ\":\"JWT\"",
          "\"typ\":\"at+jwt\"",
          "\"typ\":\"application/at+jwt\"",
          "\"typ\":\"dpop+jwt\"",
          "\"typ\":7",
          "\"jku\":\"https://evil.example.com/jwks\"",
          "\"x5u\":\"https://evil.example.com/cert\"",
          "\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}",
          "\"x5c\":[\"AA\"]",
          "\"x\":{\"alg\":\"none\"}");

  private static final List<String> NAMES =
      List.of(
          "\"" + RawIssuer.ISSUER + "\"",
          "\"" + RawIssuer.ISSUER + "/\"",
          "\"HTTPS://raw.example.com\"",
          "\"https:\\/\\/raw.example.com\"",
          "[\"" + RawIssuer.ISSUER + "\"]",
          "\"" + RawIssuer.ISSUER + " \"",
          "\"" + ProtectedServer.RESOURCE + "\"",
          "\"" + ProtectedServer.RESOURCE + "/\"",
          "\"" + ProtectedServer.RESOURCE + "-evil\"",
          "\"https://mcp.example.com\"",
          "\"HTTPS://MCP.Example.COM/mcp\"",
          "\"https://mcp.example.com/MCP\"",
          "\"https://mcp.example.com:443/mcp\"",
          "\"https://mcp.example.com/%6dcp\"",
          "[\"" + ProtectedServer.RESOURCE + "\"]",
          "[\"other\",\"" + ProtectedServer.RESOURCE + "\"]",
          "[\"" + ProtectedServer.RESOURCE + "\",7]",
          "[[\"" + ProtectedServer.RESOURCE + "\"]]",
          "{\"" + ProtectedServer.RESOURCE + "\":1}",
          "\"" + ProtectedServer.RESOURCE + " other\"",
          "\"" + ProtectedServer.RESOURCE + "\\u0000\"");

  private final RawIssuer issuer;
  private final long now = ProtectedServer.CLOCK.instant().getEpochSecond();
  private final Random random;
  private final List<Sample> samples = new ArrayList<>();

  private HostileTokens(RawIssuer issuer, long seed) {
    this.issuer = issuer;
    this.random = new Random(seed);
  }

  static List<Sample> of(RawIssuer issuer, long seed) {
    HostileTokens tokens = new HostileTokens(issuer, seed);
    ALGORITHMS.keySet().stream().sorted().forEach(tokens::addAll);
    return List.copyOf(tokens.samples);
  }

  private void addAll(String key) {
    addGood(key);
    addShapes(key);
    addSignatures(key);
    addHeaders(key);
    if (key.startsWith("ed-1")) {
      addClaims(key); // the cheapest signature: claims know nothing of algorithms
    }
    for (int i = 0; i < 200; i++) {
      add("mutated text", mutated(signed(key, header(key), claims("")), 2));
    }
    // Signed again after the change, so that nothing but the parsing stands in its way.
    for (int i = 0; i < 100; i++) {
      add("signed mutated header", signed(key, mutated(header(key), 2), claims("")));
      add("signed mutated claims", signed(key, header(key), mutated(claims(",\"n\":[1]"), 2)));
    }
  }

  private void addGood(String key) {
    for (int i = 0; i < 5; i++) {
      add("good", signed(key, header(key), claims(",\"jti\":\"" + i + "\"")));
    }
    add("good", signed(key, "{\"alg\":\"" + name(key) + "\"}", claims("")));
    add("good", signed(key, header(key).replace(":", " :\t"), claims("\n,\r\n\"nbf\": " + now)));
  }

  private void addShapes(String key) {
    String token = signed(key, header(key), claims(""));
    String other = signed(key, header(key), claims(",\"scope2\":\"admin\""));
    String[] a = token.split("\\.", -1);
    String[] b = other.split("\\.", -1);
    for (String shape :
        List.of(
            a[0] + "." + b[1] + "." + a[2],
            a[0] + "." + a[1] + "." + b[2],
            a[1] + "." + a[0] + "." + a[2],
            a[0] + "." + a[1],
            a[0] + "." + a[1] + ".",
            "." + a[1] + "." + a[2],
            a[0] + ".." + a[2],
            "." + token,
            token + ".",
            token + "." + a[2],
            token + ".." + a[2],
            a[0] + ".." + a[1] + "." + a[2] + "." + a[2],
            token + "=",
            token + "==",
            a[0] + "=." + a[1] + "." + a[2],
            a[0] + "." + a[1] + "==." + a[2],
            token.replace('-', '+').replace('_', '/') + "=",
            token + "%00",
            token + "\u00e9",
            a[0] + ". " + a[1] + "." + a[2],
            a[0] + ".\n" + a[1] + "." + a[2],
            token + "," + token,
            token + " " + token,
            "{\"payload\":\"" + a[1] + "\",\"protected\":\"" + a[0] + "\"}",
            encode("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}") + ".." + a[1] + "." + a[1] + "." + a[2],
            encode("{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\"}") + ".AA.AA.AA.AA")) {
      add("shape", shape);
    }
    for (String space : List.of(" ", "\t")) {
      add("space around", token + space);
      add("space around", space + token);
    }
    add("nested", signed(key, withMember(header(key), "\"cty\":\"JWT\""), token));
    add("nested", signedInput(key, encode(header(key)) + "." + encode("\"" + token + "\"")));
    for (String last : lastCharacters(a[2])) {
      add("not canonical", a[0] + "." + a[1] + "." + last);
    }
  }

  /** The spellings that decode to the same bytes, where the last character has bits to spare. */
  private static List<String> lastCharacters(String part) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    List<String> spellings = new ArrayList<>();
    byte[] bytes = new Base64URL(part).decode();
    for (int i = 0; i < alphabet.length(); i++) {
      String spelling = part.substring(0, part.length() - 1) + alphabet.charAt(i);
      if (!spelling.equals(part) && Arrays.equals(new Base64URL(spelling).decode(), bytes)) {
        spellings.add(spelling);
      }
    }
    return spellings;
  }

  private void addSignatures(String key) {
    String token = signed(key, header(key), claims(""));
    int dot = token.lastIndexOf('.');
    String input = token.substring(0, dot);
    byte[] good = new Base64URL(token.substring(dot + 1)).decode();
    for (int length : new int[] {0, 1, 32, 63, 64, 65, 96, 128, 255, 256, 257}) {
      add("zero signature", input + "." + Base64URL.encode(new byte[length]));
      add("cut signature", input + "." + Base64URL.encode(Arrays.copyOf(good, length)));
    }
    for (int i = 0; i < 60; i++) {
      byte[] flipped = good.clone();
      flipped[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
      add("flipped signature", input + "." + Base64URL.encode(flipped));
    }
    if (good.length == 64) {
      add("swapped signature", input + "." + Base64URL.encode(halvesSwapped(good)));
      add("DER signature", input + "." + der(good));
    }
    byte[] secret = issuer.jwks().getBytes(StandardCharsets.UTF_8);
    byte[] encoded = publicKey();
    for (String alg : List.of("HS256", "HS384", "HS512", name(key))) {
      String header = "{\"alg\":\"" + alg + "\",\"kid\":\"" + kid(key) + "\"}";
      add("public key as secret", RawIssuer.hmac(header, claims(""), secret));
      add("public key as secret", RawIssuer.hmac(header, claims(""), encoded));
    }
  }

  private void addHeaders(String key) {
    String own = "\"kid\":\"" + kid(key) + "\"}";
    for (String alg :
        List.of(
            "none",
            "None",
            "NONE",
            "nOnE",
            "",
            " none",
            "HS256",
            "rs256",
            "RS256",
            "RS384",
            "RS512",
            "PS256",
            "PS384",
            "PS512",
            "ES256",
            "ES384",
            "ES512",
            "ES256K",
            "EdDSA",
            "Ed25519",
            "Ed448",
            "dir",
            "RSA-OAEP",
            "A128KW",
            "PBES2-HS256+A128KW")) {
      String token = signed(key, "{\"alg\":\"" + alg + "\"," + own, claims(""));
      add("algorithm " + alg, token);
      add("unsigned", token.substring(0, token.lastIndexOf('.') + 1));
    }
    for (String part : HEADER_PARTS) {
      add("header " + part, signed(key, withMember(header(key), part), claims("")));
      add("header " + part, signed(key, "{" + part + "," + header(key).substring(1), claims("")));
      add("lone header", signed(key, "{" + part + "}", claims("")));
    }
    for (String kid : List.of("rsa-1", "ec-1", "ed-1", "RSA-1", "' OR 1=1 --", "", " ")) {
      String header = "{\"alg\":\"" + name(key) + "\",\"kid\":\"" + kid + "\"}";
      add("kid", signed(key, header, claims("")));
    }
  }

  private void addClaims(String key) {
    for (String claim : List.of("exp", "nbf", "iat", "iss", "aud", "sub", "client_id")) {
      List<String> values = new ArrayList<>(values());
      values.addAll(NAMES);
      for (String value : values) {
        String member = "\"" + claim + "\":" + value;
        add("claim " + claim, signed(key, header(key), replaced(claim, value)));
        if (random.nextInt(8) == 0) {
          add("duplicate claim", signed(key, header(key), claims("," + member)));
        }
      }
      String without = claims("").replaceFirst("\"" + claim + "\":(\"[^\"]*\"|\\d+),?", "");
      add("without " + claim, signed(key, header(key), without.replace(",}", "}")));
    }
    add("client alone", signed(key, header(key), replaced("sub", "null", ",\"azp\":\"cli\"")));
    for (String text : List.of("", "null", "[]", "7", "{}", "{} {}", "\ufeff" + claims(""))) {
      add("no claims", signed(key, header(key), text));
    }
    add("trailing", signed(key, header(key), claims("") + "x"));
    add("trailing", signed(key, header(key), claims("") + "{}"));
    add("deep", signed(key, header(key), claims(",\"d\":" + "[".repeat(2000) + "]".repeat(2000))));
  }

  /** Times around every limit, and what is none. */
  private List<String> values() {
    return List.of(
        "null",
        "true",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[null]",
        "0",
        "-1",
        "1e300",
        "-1e300",
        "NaN",
        "1e99999",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999",
        "4294967296",
        "\"" + (now + 300) + "\"",
        now + "",
        now + ".5",
        (now + 300) + ".0",
        (now + 300) + "e0",
        now - 55 + "",
        now - 59 + "",
        now - 60 + "",
        now - 61 + "",
        now - 65 + "",
        now + 55 + "",
        now + 60 + "",
        now + 61 + "",
        now + 65 + "",
        now + 2_592_061 + "",
        now + 31_536_000 + "",
        "[" + (now + 300) + "]");
  }

  private static String replaced(String claim, String value) {
    return replaced(claim, value, "");
  }

  private static String replaced(String claim, String value, String more) {
    String member = "\"" + claim + "\":" + value;
    String text = claims(more);
    return text.contains("\"" + claim + "\"")
        ? text.replaceFirst("\"" + claim + "\":(\"[^\"]*\"|\\d+)", Matcher.quoteReplacement(member))
        : claims(more + "," + member);
  }

  private String mutated(String text, int most) {
    StringBuilder mutant = new StringBuilder(text);
    for (int n = random.nextInt(most); n >= 0; n--) {
      int at = random.nextInt(mutant.length());
      int end = at + random.nextInt(Math.min(20, mutant.length() - at));
      switch (random.nextInt(6)) {
        case 0 -> mutant.deleteCharAt(at);
        case 1 -> mutant.setCharAt(at, (char) (mutant.charAt(at) ^ (1 << random.nextInt(7))));
        case 2 -> mutant.setCharAt(at, (char) (' ' + random.nextInt(95)));
        case 3 -> mutant.insert(random.nextInt(mutant.length()), mutant.substring(at, end));
        case 4 -> mutant.insert(at, "=.+/-_ \\\"{}[],:0\u00e9".charAt(random.nextInt(17)));
        default -> mutant.setCharAt(at, Character.toUpperCase(mutant.charAt(at)));
      }
    }
    return mutant.toString();
  }

  private void add(String kind, String token) {
    samples.add(new Sample(kind, token));
  }

  private String signed(String key, String header, String claims) {
    return signedInput(key, encode(header) + "." + encode(claims));
  }

  private String signedInput(String key, String input) {
    JWSAlgorithm algorithm = ALGORITHMS.get(key);
    if (algorithm == null) {
      throw new IllegalArgumentException(key);
    }
    return issuer.signed(input, algorithm);
  }

  private static String header(String key) {
    return "{\"alg\":\"" + name(key) + "\",\"kid\":\"" + kid(key) + "\"}";
  }

  private static String withMember(String header, String member) {
    return header.substring(0, header.length() - 1) + "," + member + "}";
  }

  private static String kid(String key) {
    return key.substring(0, key.indexOf(' '));
  }

  private static String name(String key) {
    return key.substring(key.indexOf(' ') + 1);
  }

  private static byte[] halvesSwapped(byte[] signature) {
    byte[] swapped = new byte[signature.length];
    int half = signature.length / 2;
    System.arraycopy(signature, half, swapped, 0, half);
    System.arraycopy(signature, 0, swapped, half, half);
    return swapped;
  }

  private byte[] publicKey() {
    try {
      return issuer.rsa().toRSAPublicKey().getEncoded();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Base64URL der(byte[] signature) {
    try {
      return Base64URL.encode(ECDSA.transcodeSignatureToDER(signature));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
