package io.mcpauth.examples.jetty;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Has the beginning of bodies read before a thread is given to their requests: whoever sends slowly
 * then holds a few kilobytes and no thread. Bodies are small, so the beginning is mostly all.
 *
 * <p>What it holds is bounded: where too many bodies are arriving, the next is read by the thread
 * of its request, within the limits of the filter.
 */
public final class EarlyBodies implements EagerContentHandler.ContentLoaderFactory {
  /**
   * The most that is read of a body beforehand: more than strangers may send, so that none of
   * theirs needs a thread that waits.
   */
  static final int BEGINNING = 72 * 1024;

  private final int most;
  private final AtomicInteger arriving = new AtomicInteger();

  /**
   * Early bodies.
   *
   * @param most how many arrive at one time
   */
  EarlyBodies(int most) {
    this.most = most;
  }

  /** A handler in front of another; what is arriving takes an eighth of the heap at most. */
  public static Handler inFrontOf(Handler next) {
    long most = Runtime.getRuntime().maxMemory() / 8 / (2 * BEGINNING);
    return new EagerContentHandler(next, new EarlyBodies((int) Math.min(most, 10_000)));
  }

  /** Of whatever type: the filter says which it takes. */
  @Override
  public @Nullable String getApplicableMimeType() {
    return null;
  }

  @Override
  public EagerContentHandler.@Nullable ContentLoader newContentLoader(
      @Nullable String contentType,
      @Nullable String mimeType,
      Handler handler,
      Request request,
      Response response,
      Callback callback) {
    if (arriving.incrementAndGet() > most) {
      arriving.decrementAndGet();
      return null;
    }
    return new EarlyBody(handler, request, response, callback, arriving::decrementAndGet);
  }
}
