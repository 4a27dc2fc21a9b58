package dev.mcpsession.issuer.keycloak;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs against a real {@link Keycloak}, which is a parameter of the constructor or of any method.
 * The first such class of a run starts it, and all share it; before each test its events are
 * forgotten and its settings are as at first.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("keycloak")
@ExtendWith(KeycloakExtension.class)
public @interface KeycloakTest {}
