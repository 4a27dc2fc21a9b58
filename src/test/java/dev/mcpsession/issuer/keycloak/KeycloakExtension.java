package dev.mcpsession.issuer.keycloak;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One Keycloak for all test classes, from the first that needs it to the end of the run. */
final class KeycloakExtension implements BeforeEachCallback, ParameterResolver {
  private static final Namespace STORE = Namespace.create(KeycloakExtension.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    keycloak(context).reset();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Keycloak.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return keycloak(context);
  }

  private static Keycloak keycloak(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent(Keycloak.class, key -> Keycloak.start(), Keycloak.class);
  }
}
