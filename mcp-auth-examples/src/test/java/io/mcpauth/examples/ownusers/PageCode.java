package io.mcpauth.examples.ownusers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AuthEvents;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.store.Store;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import javax.tools.ToolProvider;

/** The classes of the page, compiled as they stand. */
final class PageCode implements AutoCloseable {
  private final URLClassLoader loader;

  PageCode(Collection<PageSection> sections, Path directory) throws IOException {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", classes.toString()));
    arguments.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    for (PageSection section : sections) {
      for (String code : section.code("java")) {
        Matcher name = Pattern.compile("public class (\\w+)").matcher(code);
        assertThat(name.find()).as("the code is a class").isTrue();
        Path source = directory.resolve(name.group(1) + ".java");
        arguments.add(Files.writeString(source, code).toString());
      }
    }
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(result).as("exit code of javac").isZero();
    loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, PageCode.class.getClassLoader());
  }

  /** That writes on the thread of the event, so that it is there when the answer is. */
  AuthEvents auditLog(DataSource database) throws ReflectiveOperationException {
    Executor atOnce = Runnable::run;
    return (AuthEvents)
        loader
            .loadClass("AuditLog")
            .getConstructor(DataSource.class, Executor.class)
            .newInstance(database, atOnce);
  }

  OAuthServer authorizationServer(Store store, ToolPolicy policy, AuthEvents audit)
      throws ReflectiveOperationException {
    return (OAuthServer)
        Objects.requireNonNull(
            loader
                .loadClass("Memory")
                .getMethod("authorizationServer", Store.class, ToolPolicy.class, AuthEvents.class)
                .invoke(null, store, policy, audit));
  }

  McpAuthInstaller guard(Store store, ToolPolicy policy, AuthEvents audit, OAuthServer own)
      throws ReflectiveOperationException {
    return (McpAuthInstaller)
        Objects.requireNonNull(
            loader
                .loadClass("Memory")
                .getMethod(
                    "guard", Store.class, ToolPolicy.class, AuthEvents.class, OAuthServer.class)
                .invoke(null, store, policy, audit, own));
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
