package dev.mcpsession;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.function.Predicate;

/** What rules of the architecture are about, and how they are said. */
final class MainClasses {
  static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.mcpsession");

  private MainClasses() {}

  /** These classes and what is nested in them. */
  static boolean isOneOf(JavaClass type, Set<String> names) {
    return names.stream()
        .map("dev.mcpsession."::concat)
        .anyMatch(name -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
  }

  /** An access to something. */
  static DescribedPredicate<JavaAccess<?>> access(String what, Predicate<JavaAccess<?>> predicate) {
    return DescribedPredicate.describe(what, predicate);
  }

  /** Also where it is about no class yet. */
  static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }
}
