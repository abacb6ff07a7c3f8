package io.mcpauth.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * That this process uses a database in a file, as long as it does. After a crash H2's lock file
 * stays, and names a port that anybody on the machine may have bound since; H2 would connect to it,
 * show what it logs in with and believe the answers. So whoever opens the database holds a lock of
 * the operating system, which ends with the process, and a lock file that nobody holds it for is
 * removed before H2 sees it.
 */
final class StoreFileUse implements AutoCloseable {
  /** A process has one channel for a file: closing a second would end the lock of the first. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  private final Path file;
  private final AtomicBoolean closed = new AtomicBoolean();

  private static final class Held {
    private final FileChannel channel;
    private int users;

    private Held(FileChannel channel) {
      this.channel = channel;
    }
  }

  private StoreFileUse(Path file) {
    this.file = file;
  }

  /**
   * Begins.
   *
   * @param use the file for the lock
   * @param lock the lock file of H2
   */
  static StoreFileUse begin(Path use, Path lock) throws IOException {
    synchronized (HELD) {
      OwnFile.create(use);
      Path real = use.toRealPath();
      Held held = HELD.get(real);
      if (held == null) {
        held = hold(real, lock);
        HELD.put(real, held);
      }
      held.users++;
      return new StoreFileUse(real);
    }
  }

  private static Held hold(Path real, Path lock) throws IOException {
    FileChannel channel = OwnFile.open(real);
    Held held = new Held(channel);
    try {
      FileLock alone = channel.tryLock();
      if (alone != null) {
        Files.deleteIfExists(lock);
        alone.release();
      }
      FileLock unused = channel.lock(0, Long.MAX_VALUE, true); // until the channel is closed
    } catch (OverlappingFileLockException e) {
      // Another class loader of this process has it, and would lose it if this were ever closed.
      held.users++;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return held;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    synchronized (HELD) {
      Held held = HELD.get(file);
      if (held != null && --held.users == 0) {
        HELD.remove(file);
        try {
          held.channel.close();
        } catch (IOException e) {
          return; // the lock ends with the process at the latest
        }
      }
    }
  }
}
