package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.authserver.ClientRegistrations;
import io.mcpauth.authserver.RegistrationPolicy;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.store.JdbcStore;
import io.mcpauth.store.PostgresServer;
import io.mcpauth.store.StoreKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** What an administrator sees of an authorization server with SQL. */
@ExtendWith(PostgresServer.Resolver.class)
class AuthorizationServerViewsTest {
  private final PGSimpleDataSource source;
  private final JdbcStore store;
  private final StoredGrants grants;

  AuthorizationServerViewsTest(PostgresServer server) throws SQLException {
    source = server.emptySchema();
    JdbcStore.createSchema(source);
    store = JdbcStore.of(source);
    GrantEnd end = new GrantEnd(GrantsContract.ISSUER, store, AccessControl.on(store));
    grants = new StoredGrants(store, end, Duration.ofDays(30), null, Clock.systemUTC(), null);
  }

  private List<String> rows(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          columns.add(row.getString(i));
        }
        rows.add(String.join("|", columns));
      }
      return rows;
    }
  }

  @Test
  void queriesOfThePage_areAnswered() throws Exception {
    ClientControl.on(store)
        .add(NewClient.withId("chatgpt-connector").redirectUris("https://a.example.com/callback"));
    List<String> queries =
        Pattern.compile("(?ms)^```sql\n(.*?)^```")
            .matcher(Files.readString(Path.of("..", "docs", "store.md")))
            .results()
            .flatMap(block -> block.group(1).lines())
            .toList();
    assertThat(queries).hasSize(4);
    for (String query : queries) {
      assertThat(rows(query)).as(query).hasSize(query.contains("mcp_auth_client") ? 1 : 0);
    }
  }

  @Test
  void enteredAndRegisteredClients_areShown() throws SQLException {
    ClientControl.on(store)
        .add(
            NewClient.withId("chatgpt-connector")
                .name("ChatGPT Connector")
                .redirectUris("https://chat.openai.com/oauth/callback")
                .scopes("files:read")
                .lifetime(Duration.ofHours(8)));
    String registered =
        ClientRegistrations.builder(store, RegistrationPolicy.builder().build())
            .build()
            .register(
                ClientMetadata.of(
                    Map.of(
                        "client_name",
                        "Inspector",
                        "token_endpoint_auth_method",
                        "none",
                        "redirect_uris",
                        List.of("https://inspector.example.com/callback"))))
            .clientId();
    store.create("other", "k", "", "no JSON", Instant.MAX);

    assertThat(
            rows(
                "SELECT client_id, way, client_name, scope, lifetime_seconds, enabled,"
                    + " redirect_uris ->> 0, created_at <= now() FROM mcp_auth_client"
                    + " WHERE way = 'entered'"))
        .containsExactly(
            "chatgpt-connector|entered|ChatGPT Connector|files:read|28800|t"
                + "|https://chat.openai.com/oauth/callback|t");
    assertThat(
            rows(
                "SELECT client_id, client_name, token_endpoint_auth_method, redirect_uris ->> 0,"
                    + " expires_at > now() FROM mcp_auth_client WHERE way = 'registered'"))
        .containsExactly(registered + "|Inspector|none|https://inspector.example.com/callback|t");
  }

  @Test
  void grantsAndTokens_areListedAndCounted() throws SQLException {
    Grants.Tokens tokens = GrantsContract.login(grants);
    Grants.Tokens next =
        GrantsContract.refresh(grants, Objects.requireNonNull(tokens.refreshToken()));
    GrantsContract.login(grants, "other", "bob");
    String id = tokens.grant().id();

    assertThat(
            rows(
                "SELECT grant_id, client_id, user_id, user_name, resource, refresh_token_hash,"
                    + " created_at <= now() + interval '1 s', expires_at > now() + interval '29 d'"
                    + " FROM mcp_auth_grant WHERE user_id = 'alice'"))
        .containsExactly(
            id
                + "|client|alice|alice@example.com|https://mcp.example.com/mcp|"
                + StoreKey.hash(Objects.requireNonNull(next.refreshToken()))
                + "|t|t");
    assertThat(
            rows(
                "SELECT access_token_hash, user_id FROM mcp_auth_token WHERE grant_id = '"
                    + id
                    + "'"))
        .containsExactlyInAnyOrder(
            StoreKey.hash(tokens.accessToken()) + "|alice",
            StoreKey.hash(next.accessToken()) + "|alice");
    assertThat(rows("SELECT client_id, count(*) FROM mcp_auth_token GROUP BY 1 ORDER BY 1"))
        .containsExactly("client|2", "other|1");
    assertThat(rows("SELECT scope FROM mcp_auth_grant WHERE client_id = 'other'")).hasSize(1);
    assertThat(grants.end(id)).isTrue();
    assertThat(rows("SELECT client_id FROM mcp_auth_token")).containsExactly("other");
  }
}
