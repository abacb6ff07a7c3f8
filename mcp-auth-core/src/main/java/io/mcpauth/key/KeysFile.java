package io.mcpauth.key;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys in a file: {@code {"keys": [...]}}. It is replaced as a whole, so that whoever reads it
 * never sees half of it, and has hashes alone; still it is for its owner alone, since whoever may
 * write it makes keys.
 */
final class KeysFile implements KeyPlace {
  private static final String KEYS = "keys";
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** A process has one lock on a file at most, whichever thread asks. */
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path path;
  private final Clock clock;

  KeysFile(Path path, Clock clock) {
    this.path = path.toAbsolutePath();
    this.clock = clock;
  }

  @Override
  public List<KeyEntry> all() {
    return exists() ? entries(read()) : List.of();
  }

  @Override
  public KeyEntry change(String resource, String name, Change change) {
    Instant now = Instant.ofEpochMilli(clock.millis()); // as it is written
    return locked(
        () -> {
          List<KeyEntry> entries = new ArrayList<>(all());
          KeyEntry known = null;
          for (KeyEntry entry : entries) {
            if (entry.isOf(resource, name)) {
              known = entry;
            }
          }
          if (known == null) {
            KeyPlace.requireRoom(entries.size());
          }
          KeyEntry next = change.of(known, now);
          entries.remove(known);
          entries.add(next);
          write(entries);
          return next;
        });
  }

  @Override
  public boolean remove(String resource, String name) {
    return locked(
        () -> {
          List<KeyEntry> entries = new ArrayList<>(all());
          boolean removed = entries.removeIf(entry -> entry.isOf(resource, name));
          if (removed) {
            write(entries);
          }
          return removed;
        });
  }

  @Override
  public @Nullable Instant lastUsed(String id) {
    return null;
  }

  private boolean exists() {
    return Files.exists(path);
  }

  /**
   * The bytes of the file as they are now.
   *
   * @throws IllegalArgumentException if it is missing, no regular file, too large, may be written
   *     by everybody, or cannot be read
   */
  byte[] read() {
    if (exists() && !Files.isRegularFile(path)) {
      throw refused("is no regular file. Write the path of a file that 'keys create' has made.");
    }
    try (InputStream in = Files.newInputStream(path)) {
      if (isOpenToAll()) {
        throw refused("may be written by every user, who could make keys. Run chmod 600 on it.");
      }
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw refused("is larger than 16 MiB. Revoke the keys that are not needed.");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw refused(
          "does not exist. Make the first key with 'keys create', or write a file with {\"keys\":"
              + " []}.");
    } catch (IOException e) {
      String why = e.getClass().getSimpleName();
      throw refused("cannot be read (" + why + "). Let the user of this process read it.");
    }
  }

  /**
   * What the file says, without what ended long ago: nobody may be there to take it out.
   *
   * @throws IllegalArgumentException if it is none of keys, or has a name or an id twice
   */
  List<KeyEntry> entries(byte[] content) {
    try {
      Map<String, @Nullable Object> document = Json.object(content);
      if (!document.keySet().equals(Set.of(KEYS))
          || !(document.get(KEYS) instanceof List<?> list)) {
        throw refused("has no array 'keys' alone. Write {\"keys\": []}, or restore it.");
      }
      List<KeyEntry> entries = new ArrayList<>();
      for (Object one : list) {
        entries.add(entry(one, entries.size() + 1));
      }
      requireDistinct(entries);
      Instant ended = clock.instant().minus(KEPT_AFTER_END);
      entries.removeIf(entry -> !entry.isGood(ended));
      if (entries.size() > MOST) {
        throw refused("has more than " + MOST + " keys. Remove those that are not needed.");
      }
      return entries;
    } catch (InvalidJsonException e) {
      throw refused("is no JSON document. Restore it, or make it anew with 'keys create'.");
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      throw problem.startsWith("Key file") ? e : refused("is wrong. " + problem);
    }
  }

  private static KeyEntry entry(@Nullable Object one, int number) {
    try {
      return KeyWire.entry(one);
    } catch (IllegalArgumentException e) {
      String name = KeyWire.name(one);
      throw new IllegalArgumentException(
          (name == null ? "Entry " + number : "Entry '" + name + "'") + ": " + e.getMessage(), e);
    }
  }

  private void requireDistinct(List<KeyEntry> entries) {
    Set<String> names = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (KeyEntry entry : entries) {
      boolean fresh = names.add(entry.resource() + " " + entry.name());
      for (KeyEntry.Secret secret : entry.secrets()) {
        fresh &= ids.add(secret.id());
      }
      if (!fresh) {
        throw refused("has '" + entry.name() + "', or an id of it, twice. Remove one of them.");
      }
    }
  }

  /** A file system that knows no modes has nothing to say. */
  private boolean isOpenToAll() throws IOException {
    return isPosix()
        && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T locked(Work<T> work) {
    synchronized (ONE_AT_A_TIME) {
      Path beside = path.resolveSibling(path.getFileName() + ".lock");
      try (FileChannel channel = open(beside);
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new IOException("The lock is gone");
        }
        return work.run();
      } catch (IOException e) {
        String why = e.getClass().getSimpleName();
        String cure =
            e instanceof NoSuchFileException
                ? "Make its directory first."
                : "Let this user write to its directory.";
        throw refused("cannot be changed (" + why + "). " + cure);
      }
    }
  }

  private FileChannel open(Path lock) throws IOException {
    return FileChannel.open(
        lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownerOnly());
  }

  private void write(List<KeyEntry> entries) throws IOException {
    byte[] content = Json.write(Map.of(KEYS, entries.stream().map(KeyWire::members).toList()));
    Path target = exists() ? path.toRealPath() : path; // a link stays one
    Path fresh = Files.createTempFile(target.getParent(), ".keys", null, ownerOnly());
    try {
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      if (isPosix() && exists()) {
        keepReaders(target, fresh);
      }
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Lets read the new file whoever could read the one before. A server that no longer could would
   * go on with the keys that it knows, and what was revoked would stay good.
   */
  private void keepReaders(Path before, Path fresh) throws IOException {
    PosixFileAttributes known = Files.readAttributes(before, PosixFileAttributes.class);
    PosixFileAttributes own = Files.readAttributes(fresh, PosixFileAttributes.class);
    try {
      if (known.permissions().contains(PosixFilePermission.GROUP_READ)
          && !known.group().equals(own.group())) {
        Files.setAttribute(fresh, "posix:group", known.group());
      }
      if (!known.owner().equals(own.owner())) {
        Files.setOwner(fresh, known.owner());
      }
      Files.setPosixFilePermissions(fresh, known.permissions());
    } catch (FileSystemException e) {
      throw refused(
          "belongs to '"
              + known.owner().getName()
              + "' and the group '"
              + known.group().getName()
              + "', who could not read it any more. Run this as that user.");
    }
  }

  private FileAttribute<?>[] ownerOnly() {
    return isPosix()
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private boolean isPosix() {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("Key file '" + path + "' " + why);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
