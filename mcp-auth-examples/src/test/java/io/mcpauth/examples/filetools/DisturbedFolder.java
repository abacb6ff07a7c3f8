package io.mcpauth.examples.filetools;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Iterator;
import java.util.Set;

/** A folder whose surroundings change right before one step: the attack on check-then-use. */
final class DisturbedFolder implements Folder {

  /** The step that the change comes right before. */
  enum Step {
    ENTER,
    OPEN,
    REPLACE,
    DELETE
  }

  private final Folder real;
  private final Step step;
  private final Disturbance disturbance;

  DisturbedFolder(Folder real, Step step, Disturbance disturbance) {
    this.real = real;
    this.step = step;
    this.disturbance = disturbance;
  }

  static FolderOpener opener(FolderOpener real, Step step, Disturbance disturbance) {
    return directory -> new DisturbedFolder(real.open(directory), step, disturbance);
  }

  private Folder at(Step reached) throws IOException {
    if (reached == step) {
      disturbance.happen();
    }
    return real;
  }

  @Override
  public Iterator<Path> names() {
    return real.names();
  }

  @Override
  public BasicFileAttributes attributes(Path name) throws IOException {
    return real.attributes(name);
  }

  @Override
  public Folder enter(Path name) throws IOException {
    return new DisturbedFolder(at(Step.ENTER).enter(name), step, disturbance);
  }

  @Override
  public SeekableByteChannel channel(
      Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return at(Step.OPEN).channel(name, options, attributes);
  }

  @Override
  public void replace(Path source, Path target) throws IOException {
    at(Step.REPLACE).replace(source, target);
  }

  @Override
  public void delete(Path name) throws IOException {
    at(Step.DELETE).delete(name);
  }

  @Override
  public void close() throws IOException {
    real.close();
  }

  /** What happens. */
  @FunctionalInterface
  interface Disturbance {
    void happen() throws IOException;
  }
}
