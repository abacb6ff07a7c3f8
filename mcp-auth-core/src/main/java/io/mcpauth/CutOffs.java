package io.mcpauth;

import io.mcpauth.token.Revocations;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who wants to know that an anonymous session found its owner. */
final class CutOffs {
  private final Map<Revocations.Registration, Runnable> listeners = new ConcurrentHashMap<>();

  Revocations.Registration listen(Runnable listener) {
    Revocations.Registration registration =
        new Revocations.Registration() {
          @Override
          public void close() {
            listeners.remove(this);
          }
        };
    listeners.put(registration, listener);
    return registration;
  }

  void tell() {
    listeners.values().forEach(Runnable::run);
  }
}
