package io.mcpauth.examples.client;

import io.mcpauth.examples.authserver.Browser;
import io.mcpauth.examples.authserver.Login;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whoever reads what the client prints, opens each address, logs in and answers. */
final class PersonAtBrowser extends OutputStream {
  private final Login.Account account;
  private final String decision;
  private final Browser browser = new Browser();
  private final StringBuilder line = new StringBuilder();
  private final StringBuilder all = new StringBuilder();
  private final List<CompletableFuture<HttpResponse<String>>> visits = new CopyOnWriteArrayList<>();

  PersonAtBrowser(Login.Account account, String decision) {
    this.account = account;
    this.decision = decision;
  }

  /** What the browser showed in the end, visit by visit. */
  List<String> lastPages() {
    return visits.stream().map(visit -> visit.join().body()).toList();
  }

  /** What the client printed. */
  synchronized String text() {
    return all.toString();
  }

  @Override
  public synchronized void write(int b) {
    all.append((char) b);
    if (b != '\n') {
      line.append((char) b);
      return;
    }
    String text = line.toString();
    line.setLength(0);
    if (text.startsWith("http")) {
      visits.add(CompletableFuture.supplyAsync(() -> visit(URI.create(text))));
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    new String(bytes, from, length, StandardCharsets.UTF_8).chars().forEach(this::write);
  }

  private HttpResponse<String> visit(URI address) {
    HttpResponse<String> page = browser.open(address, account.user(), account.password());
    HttpResponse<String> answered =
        page.statusCode() == 200 ? browser.decide(page, decision) : page;
    return browser.get(Browser.location(answered));
  }
}
