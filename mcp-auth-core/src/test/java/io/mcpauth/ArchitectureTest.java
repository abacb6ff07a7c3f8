package io.mcpauth;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The direction of dependencies, and what must not show or happen in this module. */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new ImportOption.DoNotIncludeJars())
          .importPackages("io.mcpauth");

  private static final List<String> THIRD_PARTIES =
      List.of(
          "com.nimbusds",
          "com.zaxxer",
          "tools.jackson",
          "com.fasterxml",
          "org.apache",
          "org.slf4j",
          "reactor",
          "io.modelcontextprotocol",
          "jakarta",
          "javax.servlet");

  @Test
  void importedClasses_areTheMainOnes() {
    assertThat(MAIN.contain(ResourceServer.class)).isTrue();
    assertThat(MAIN.contain(ArchitectureTest.class)).isFalse();
    assertThat(MAIN).allMatch(type -> type.getPackageName().startsWith("io.mcpauth"));
  }

  /** From the top: a package knows those of the layers below its own, and no neighbour. */
  private static final List<List<String>> LAYERS =
      List.of(
          List.of("io.mcpauth.config", "io.mcpauth.testing"),
          List.of("io.mcpauth"),
          List.of("io.mcpauth.issuer", "io.mcpauth.signals"),
          List.of("io.mcpauth.authserver", "io.mcpauth.token"),
          List.of("io.mcpauth.edge", "io.mcpauth.key"),
          List.of("io.mcpauth.client", "io.mcpauth.metadata"),
          List.of(
              "io.mcpauth.access",
              "io.mcpauth.discovery",
              "io.mcpauth.pkce",
              "io.mcpauth.policy",
              "io.mcpauth.seal",
              "io.mcpauth.session"),
          List.of("io.mcpauth.store"),
          List.of("io.mcpauth.internal.jose"),
          List.of("io.mcpauth.error"),
          List.of("io.mcpauth.internal.budget", "io.mcpauth.internal.http"),
          List.of("io.mcpauth.outbound"),
          List.of("io.mcpauth.internal.json", "io.mcpauth.internal.net"));

  @Test
  void everyPackage_standsInOneLayer() {
    assertThat(LAYERS.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(packages());
  }

  @Test
  void packages_knowOnlyLayersBelow() {
    for (int layer = 0; layer < LAYERS.size(); layer++) {
      String[] below =
          LAYERS.subList(layer + 1, LAYERS.size()).stream()
              .flatMap(List::stream)
              .toArray(String[]::new);
      for (String name : LAYERS.get(layer)) {
        noClasses()
            .that()
            .resideInAPackage(name)
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.mcpauth..")
                    .and(DescribedPredicate.not(resideInAPackage(name)))
                    .and(DescribedPredicate.not(resideInAnyPackage(below))))
            .check(MAIN);
      }
    }
  }

  @Test
  void publicTypes_haveANameOfTheirOwn() {
    Map<String, List<String>> named =
        MAIN.stream()
            .filter(ArchitectureTest::exported)
            // Read with the name of the type around them.
            .filter(type -> !Set.of("Builder", "Kind").contains(type.getSimpleName()))
            .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));
    assertThat(named.values()).filteredOn(types -> types.size() > 1).isEmpty();
  }

  @Test
  void policy_knowsNoToken() {
    noClasses()
        .that()
        .resideInAPackage("io.mcpauth.policy")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.mcpauth..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            "io.mcpauth.policy",
                            "io.mcpauth.internal.json",
                            "io.mcpauth.internal.net",
                            "io.mcpauth.error"))))
        .check(MAIN);
  }

  @Test
  void jose_knowsNoRole() {
    noClasses()
        .that()
        .resideInAPackage("io.mcpauth.internal.jose")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.mcpauth..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            "io.mcpauth.internal.jose",
                            "io.mcpauth.internal.json",
                            "io.mcpauth.error"))))
        .check(MAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.., io.mcpauth.internal.http",
    "tools.jackson.., io.mcpauth.internal.json",
    "com.zaxxer.., io.mcpauth.config"
  })
  void library_isUsedInOnePackage(String library, String where) {
    noClasses()
        .that()
        .resideOutsideOfPackage(where)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(MAIN);
    assertThat(MAIN.that(resideInAPackage(where)))
        .as("the rule has something to hold")
        .anyMatch(type -> uses(type, library.replace("..", "")));
  }

  @Test
  void nimbus_isUsedByTheListedClasses() {
    Set<String> users = new TreeSet<>();
    for (JavaClass type : MAIN) {
      if (uses(type, "com.nimbusds")) {
        users.add(outermost(type).getName());
      }
    }
    assertThat(users)
        .containsExactlyInAnyOrder(
            "io.mcpauth.internal.jose.JwtSigner",
            "io.mcpauth.client.TokenMessage",
            "io.mcpauth.internal.jose.SigningKey",
            "io.mcpauth.authserver.PublicKeys",
            "io.mcpauth.seal.SealedJwe",
            "io.mcpauth.testing.TestKeys",
            "io.mcpauth.testing.TestIssuer",
            "io.mcpauth.internal.jose.VerificationKey");
  }

  @Test
  void publicSignatures_nameNoThirdParty() {
    classes().that(areExported()).should(nameNoThirdPartyInSignatures()).check(MAIN);
  }

  @Test
  void everyPackage_isNullMarked() {
    assertThat(packages()).hasSizeGreaterThan(5);
    for (String name : packages()) {
      assertThat(MAIN.getPackage(name).isAnnotatedWith(NullMarked.class)).as(name).isTrue();
    }
  }

  @Test
  void publicNames_sayWhatTheTypeIs() {
    noClasses()
        .that()
        .arePublic()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .check(MAIN);
  }

  /** One class is a program of its own, too: what it prints is what it is started for. */
  @Test
  void standardStreamsAndOtherLogs_areNotUsed() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
        MAIN.that(DescribedPredicate.not(type(TestIssuer.class))));
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(MAIN);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "jakarta..", "javax.servlet..", "reactor..", "io.modelcontextprotocol..")
        .check(MAIN);
  }

  /** So that the library's face never grows by accident: whoever adds to it adds a line. */
  @Test
  void exportedTypes_areTheListedOnes() throws IOException {
    Set<String> exported = new TreeSet<>();
    for (JavaClass type : MAIN) {
      if (exported(type) && type.getEnclosingClass().isEmpty()) {
        exported.add(type.getName());
      }
    }
    List<String> listed =
        Files.readAllLines(Path.of("..", "docs", "api.txt")).stream()
            .filter(line -> !line.startsWith("#") && !line.startsWith("io.mcpauth.servlet."))
            .map(line -> line.replaceFirst(" machinery$", ""))
            .toList();
    assertThat(listed).containsExactlyElementsOf(exported);
  }

  private static Set<String> packages() {
    Set<String> names = new TreeSet<>();
    MAIN.forEach(type -> names.add(type.getPackageName()));
    return names;
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static boolean uses(JavaClass type, String library) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(dependency -> isOf(dependency.getTargetClass(), library));
  }

  private static boolean isOf(JavaClass type, String library) {
    String name = type.getBaseComponentType().getPackageName();
    return name.equals(library) || name.startsWith(library + ".");
  }

  /** Public, as are all types around it, and not internal. */
  private static DescribedPredicate<JavaClass> areExported() {
    return DescribedPredicate.describe("are exported", ArchitectureTest::exported);
  }

  private static boolean exported(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && !type.getPackageName().startsWith("io.mcpauth.internal")
        && type.getEnclosingClass().map(ArchitectureTest::exported).orElse(true);
  }

  private static ArchCondition<JavaClass> nameNoThirdPartyInSignatures() {
    return new ArchCondition<>("name no third-party type in a public or protected signature") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaClass named : namedBy(type)) {
          boolean foreign = THIRD_PARTIES.stream().anyMatch(library -> isOf(named, library));
          boolean internal = isOf(named, "io.mcpauth.internal");
          events.add(
              new SimpleConditionEvent(
                  type, !foreign && !internal, type.getName() + " names " + named.getName()));
        }
      }
    };
  }

  private static Set<JavaClass> namedBy(JavaClass type) {
    Set<JavaClass> named = new LinkedHashSet<>();
    type.getSuperclass().ifPresent(parent -> named.addAll(parent.getAllInvolvedRawTypes()));
    type.getInterfaces().forEach(parent -> named.addAll(parent.getAllInvolvedRawTypes()));
    for (JavaField field : type.getFields()) {
      if (visible(field)) {
        named.addAll(field.getAllInvolvedRawTypes());
      }
    }
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      if (visible(unit)) {
        named.addAll(unit.getAllInvolvedRawTypes());
        unit.getThrowsClause().forEach(thrown -> named.add(thrown.getRawType()));
      }
    }
    return named;
  }

  private static boolean visible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  @Test
  void signatureCheck_findsWhatIsThere() {
    // VerificationKey is internal and full of Nimbus: were it exported, it would be found.
    JavaPackage jose = MAIN.getPackage("io.mcpauth.internal.jose");
    assertThat(jose.getClassWithSimpleName("VerificationKey").getCodeUnits())
        .anyMatch(
            unit ->
                unit.getAllInvolvedRawTypes().stream()
                    .anyMatch(type -> isOf(type, "com.nimbusds")));
  }
}
