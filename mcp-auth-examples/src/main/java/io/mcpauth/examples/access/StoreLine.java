package io.mcpauth.examples.access;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;

/** What a server says at its start of what it will remember. */
public final class StoreLine {
  private static final String KEPT = "who is cut off or let in, and whose a session is";

  private StoreLine() {}

  /** One line, which shows no URL of a database. */
  public static String of(Settings settings) {
    return of(settings, KEPT);
  }

  /** The same of a server whose authorization server is embedded. */
  public static String withClients(Settings settings) {
    return of(settings, "clients and grants, " + KEPT);
  }

  private static String of(Settings settings, String kept) {
    String url = settings.value(Setting.STORE_URL);
    if (url == null || url.equals("memory")) {
      return "When it ends it forgets " + kept + " (MCP_AUTH_STORE_URL=file:PATH keeps it)";
    }
    return "Keeps in "
        + (url.startsWith("file:") ? url.substring("file:".length()) + ".mv.db" : "its database")
        + " "
        + kept;
  }
}
