package io.mcpauth.config;

import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.signals.EventTransmitter;
import io.mcpauth.signals.SecurityEvents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which signals from outside settings say are received. */
final class SignalSettings {
  private static final List<Setting> OF_EVENTS =
      List.of(
          Setting.EVENTS_AUDIENCE,
          Setting.EVENTS_TRANSMITTER,
          Setting.EVENTS_JWKS_URI,
          Setting.EVENTS_AUTHORIZATION,
          Setting.EVENTS_END_ACCESS_ON_CREDENTIAL_CHANGE);

  private final Settings settings;

  private SignalSettings(Settings settings) {
    this.settings = settings;
  }

  /** Sets them; where nothing is said, the application may do it in code. */
  static void set(ResourceServerBuilder builder, Settings settings, Mistakes mistakes) {
    SignalSettings said = new SignalSettings(settings);
    mistakes.collect(() -> said.setLogout(builder));
    mistakes.collect(() -> said.setEvents(builder));
  }

  private void setLogout(ResourceServerBuilder builder) {
    String path = settings.value(Setting.BACKCHANNEL_LOGOUT_PATH);
    if (path == null) {
      settings.requireUnset(
          List.of(Setting.BACKCHANNEL_LOGOUT_CLIENT_IDS),
          "there is no " + Setting.BACKCHANNEL_LOGOUT_PATH.key());
      return;
    }
    String unused = settings.require(Setting.BACKCHANNEL_LOGOUT_CLIENT_IDS);
    String[] clients =
        settings.values(Setting.BACKCHANNEL_LOGOUT_CLIENT_IDS).toArray(String[]::new);
    BackChannelLogout logout =
        settings.naming(Setting.BACKCHANNEL_LOGOUT_PATH, () -> BackChannelLogout.at(path, clients));
    settings.naming(Setting.BACKCHANNEL_LOGOUT_PATH, () -> builder.backChannelLogout(logout));
  }

  private void setEvents(ResourceServerBuilder builder) {
    String path = settings.value(Setting.EVENTS_PATH);
    if (path == null) {
      settings.requireUnset(OF_EVENTS, "there is no " + Setting.EVENTS_PATH.key());
      return;
    }
    String unused = settings.require(Setting.EVENTS_AUDIENCE);
    String[] audiences = settings.values(Setting.EVENTS_AUDIENCE).toArray(String[]::new);
    SecurityEvents events =
        settings.naming(Setting.EVENTS_PATH, () -> SecurityEvents.at(path, audiences));
    EventTransmitter transmitter = transmitter();
    if (transmitter != null) {
      events = events.fromTransmitter(transmitter);
    }
    String header = settings.value(Setting.EVENTS_AUTHORIZATION);
    if (header != null) {
      SecurityEvents known = events;
      events = settings.naming(Setting.EVENTS_AUTHORIZATION, () -> known.withAuthorization(header));
    }
    if (settings.flag(Setting.EVENTS_END_ACCESS_ON_CREDENTIAL_CHANGE)) {
      events = events.onCredentialChange();
    }
    SecurityEvents all = events;
    settings.naming(Setting.EVENTS_PATH, () -> builder.securityEvents(all));
  }

  private @Nullable EventTransmitter transmitter() {
    String issuer = settings.value(Setting.EVENTS_TRANSMITTER);
    String jwks = settings.value(Setting.EVENTS_JWKS_URI);
    if (issuer == null) {
      settings.requireUnset(
          List.of(Setting.EVENTS_JWKS_URI), "there is no " + Setting.EVENTS_TRANSMITTER.key());
      return null;
    }
    EventTransmitter transmitter =
        settings.naming(Setting.EVENTS_TRANSMITTER, () -> EventTransmitter.of(issuer));
    return jwks == null
        ? transmitter
        : settings.naming(Setting.EVENTS_JWKS_URI, () -> transmitter.withJwksUri(jwks));
  }
}
