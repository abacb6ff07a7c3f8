package io.mcpauth.servlet;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The room for Spring, and that nothing of it is anywhere else. */
class ServletArchitectureTest {
  private static final String ROOM = "io.mcpauth.servlet.spring";
  private static final String[] OF_THE_ROOM = {
    "org.springframework..", "io.modelcontextprotocol..", "io.micrometer..", "reactor.."
  };

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new ImportOption.DoNotIncludeJars())
          .importPackages("io.mcpauth.servlet");

  @Test
  void spring_isKnownInItsRoomAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOM)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OF_THE_ROOM)
        .check(MAIN);
    assertThat(MAIN.that(resideInAPackage(ROOM)))
        .as("the rule has something to hold")
        .anyMatch(
            type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(
                        to -> to.getTargetClass().getName().startsWith("org.springframework.")));
  }

  @Test
  void room_isKnownToNobodyAndShowsNothing() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOM)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOM)
        .check(MAIN);
    classes()
        .that()
        .resideInAPackage(ROOM)
        .and()
        .doNotHaveSimpleName("GuardedMockMvc") // for the tests of applications
        .should()
        .notBePublic()
        .check(MAIN);
  }

  /** They come and go with the lines of their frameworks; applications have one of each. */
  @Test
  void room_knowsNothingThatOneLineAloneHas() {
    noClasses()
        .that()
        .resideInAPackage(ROOM)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework.ai..",
            "org.springaicommunity..",
            "io.modelcontextprotocol.server.transport..")
        .check(MAIN);
  }
}
