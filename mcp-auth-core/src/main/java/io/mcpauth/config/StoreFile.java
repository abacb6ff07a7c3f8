package io.mcpauth.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.store.StoreKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A database of H2 in a file, which several processes of one machine use at once. Of these the
 * first opens the file, and the others reach it over a port of the loopback address (AUTO_SERVER),
 * with a random password that stands beside the file for its owner alone.
 */
final class StoreFile {
  private static final String LOOPBACK = "127.0.0.1";

  /** What H2 binds its ports to, read once when its classes are loaded. */
  private static final String BIND_ADDRESS = "h2.bindAddress";

  /** H2 takes what is behind one for options, which may run code. */
  private static final String OPTIONS = ";";

  private static final int SECRET_CHARS = 43;

  private StoreFile() {}

  /**
   * The path as it was written.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Path path(String text) {
    if (text.isEmpty()
        || text.contains(OPTIONS)
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "the path is empty, or has a semicolon or control characters. Write one such as"
              + " file:/var/lib/mcp-auth/store.");
    }
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("the path is none. Write that of a file.", e);
    }
  }

  /**
   * The database of a file, which is made where it is not there.
   *
   * @throws IllegalStateException if its directory is not there, or H2 would listen elsewhere too
   */
  static StoreDatabase at(Path path) {
    String password;
    try {
      OwnFile.requireOwnDirectory(directory(path));
      OwnFile.create(beside(path, ".mv.db"));
      password = password(beside(path, ".password"));
    } catch (IOException e) {
      throw unusable(path, e);
    }
    return new StoreDatabase(
        "org.h2.Driver",
        "com.h2database:h2",
        // WRITE_DELAY=0: what was confirmed survives the end of the process, however it ends.
        // async: a thread that is interrupted while it reads does not close the file for all.
        "jdbc:h2:async:" + path + ";AUTO_SERVER=TRUE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0",
        "mcp_auth",
        password,
        Map.of(),
        true);
  }

  /**
   * Has H2 listen on the loopback address alone.
   *
   * @throws IllegalStateException if it would listen elsewhere: it was told to, or its classes were
   *     loaded before it could be told
   */
  static void requireLoopback(Class<?> driver) {
    String told = System.getProperty(BIND_ADDRESS);
    if (told == null) {
      System.setProperty(BIND_ADDRESS, LOOPBACK);
    }
    Object binds;
    try {
      binds =
          Class.forName("org.h2.engine.SysProperties", true, driver.getClassLoader())
              .getField("BIND_ADDRESS")
              .get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this H2 does not say where it listens. Use H2 2.2 to 2.5.", e);
    }
    if (!LOOPBACK.equals(binds)) {
      throw new IllegalStateException(
          "H2 would listen on an address that others can reach. Start Java with -D"
              + BIND_ADDRESS
              + "="
              + LOOPBACK
              + ".");
    }
  }

  /**
   * Says that this process uses the file, before it does; the lock file of a crash goes.
   *
   * @throws IllegalStateException if it cannot be said
   */
  static StoreFileUse use(Path path) {
    try {
      return StoreFileUse.begin(beside(path, ".use"), beside(path, ".lock.db"));
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** The lock is H2's, and says only where the port is; nobody else needs to know. */
  static void restrictLock(Path path) {
    try {
      OwnFile.restrict(beside(path, ".lock.db"));
    } catch (IOException e) {
      return; // another process has it, or it is gone by now
    }
  }

  private static IllegalStateException unusable(Path path, IOException e) {
    return new IllegalStateException(
        e instanceof NoSuchFileException
            ? "the directory "
                + path.getParent()
                + " is not there. Make it, for the server alone, with mode 700."
            : path + " cannot be read and written. Let the user of this process do it.",
        e);
  }

  private static Path directory(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private static Path beside(Path path, String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  /** The same for all who ask at once: the first writes it under a lock. */
  private static synchronized String password(Path file) throws IOException {
    OwnFile.create(file);
    try (FileChannel channel = OwnFile.open(file)) {
      FileLock unused = channel.lock(); // until the channel is closed
      byte[] known = Channels.newInputStream(channel).readNBytes(SECRET_CHARS);
      if (known.length == SECRET_CHARS) {
        return new String(known, UTF_8);
      }
      if (known.length > 0) {
        throw new IllegalStateException(
            file + " is something else than a password of this store. Put back the one that was.");
      }
      String secret = StoreKey.newSecret();
      channel.write(ByteBuffer.wrap(secret.getBytes(UTF_8)), 0);
      channel.force(true);
      return secret;
    }
  }
}
