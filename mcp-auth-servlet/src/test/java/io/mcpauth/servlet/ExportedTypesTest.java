package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the lines of docs/api.txt that are about this module to its public types. */
class ExportedTypesTest {
  private static final String PACKAGE = "io.mcpauth.servlet";

  @Test
  void exportedTypes_areTheListedOnes() throws IOException {
    Set<String> exported = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(new ImportOption.DoNotIncludeJars())
            .importPackages(PACKAGE)) {
      if (type.getModifiers().contains(JavaModifier.PUBLIC)
          && type.getEnclosingClass().isEmpty()
          && type.getPackageName().startsWith(PACKAGE)) {
        exported.add(type.getName());
      }
    }
    List<String> listed =
        Files.readAllLines(Path.of("..", "docs", "api.txt")).stream()
            .filter(line -> line.startsWith(PACKAGE + "."))
            .toList();
    assertThat(exported).isNotEmpty();
    assertThat(listed).containsExactlyElementsOf(exported);
  }
}
