package io.mcpauth.examples.bench;

import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The issuer of all that callers send: serves its keys, and writes tokens of 1.2 KB to files. */
public final class BenchIssuer {
  static final String RESOURCE = "https://mcp.example.com/mcp";
  static final String SCOPE = "mcp:tools.call";

  private BenchIssuer() {}

  /**
   * Runs until the process ends.
   *
   * @param args a directory, and how many tokens are written to {@code new.txt} there
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    TestIssuer issuer = TestIssuer.start();
    Path directory = Path.of(args[0]);
    List<String> tokens =
        IntStream.range(0, Integer.parseInt(args[1]))
            .parallel()
            .mapToObj(user -> token(issuer, user))
            .toList();
    List<String> few = tokens.subList(0, 64);
    Files.write(directory.resolve("new.txt"), tokens);
    Files.write(directory.resolve("tokens.txt"), few);
    Files.write(directory.resolve("bad.txt"), few.stream().map(BenchIssuer::forged).toList());
    System.out.println("ready " + issuer.issuer());
    Thread.currentThread().join();
  }

  private static String token(TestIssuer issuer, int user) {
    return issuer
        .token(RESOURCE)
        .expiresIn(Duration.ofDays(1))
        .scopes(SCOPE, "files:read", "files:write")
        .claim("sub", "user-" + user)
        .claim("email", "someone.longer.name@example.com")
        .claim("name", "Someone Longer Name")
        .claim("groups", List.of("engineering", "platform", "on-call", "reviewers"))
        .claim("sid", "0b6d3a0e-52a5-4a8b-9b5e-2f1f0f0b7a11")
        .claim("acr", "urn:example:acr:2")
        .claim("tenant", "acme-industries-europe-central")
        .claim("azp", "https://agent.example.com/clients/desktop")
        .mint();
  }

  /** The token with another signature, of a key that is known. */
  private static String forged(String token) {
    int place = token.length() - 20;
    char other = token.charAt(place) == 'A' ? 'B' : 'A';
    return token.substring(0, place) + other + token.substring(place + 1);
  }
}
