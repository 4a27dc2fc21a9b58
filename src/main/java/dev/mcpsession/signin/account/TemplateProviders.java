package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn.Identity;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.provider.Providers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which providers vouch for the users of templates. What is known of an upstream is kept until its
 * template changes, and what is not, for a while: visitors whom nobody knows ask for it.
 */
final class TemplateProviders {
  private static final Logger log = LoggerFactory.getLogger(TemplateProviders.class);
  private static final Duration UNTIL_ASKED_AGAIN = Duration.ofSeconds(10);

  private final Providers providers;
  private final Supplier<Collection<McpSessionTemplate>> templates;
  private final InstantSource clock;
  private final Map<McpResource, Known> upstreams = new ConcurrentHashMap<>();

  /**
   * A place to sign in at.
   *
   * @param fingerprint as of {@link Provider#fingerprint}
   * @param upstream a template whose upstream it is; empty: the identity provider
   */
  record Place(String fingerprint, String host, Optional<McpResource> upstream) {}

  /** What was known of a template's upstream. */
  private record Known(String version, Instant at, Optional<Place> place) {
    boolean isGood(String version, Instant now) {
      return this.version.equals(version)
          && (place.isPresent() || now.isBefore(at.plus(UNTIL_ASKED_AGAIN)));
    }
  }

  /**
   * @param templates all that there are, from memory
   */
  TemplateProviders(
      Providers providers,
      Supplier<Collection<McpSessionTemplate>> templates,
      InstantSource clock) {
    this.providers = providers;
    this.templates = templates;
    this.clock = clock;
  }

  /** All templates, from memory. */
  Collection<McpSessionTemplate> templates() {
    return templates.get();
  }

  /** Fingerprint of what vouches for the users of a template; empty: nothing does, or not now. */
  Optional<String> fingerprint(McpSessionTemplate template) {
    return place(template).map(Place::fingerprint);
  }

  /** Each place once where users of some template can sign in: the identity provider first. */
  List<Place> places() {
    Map<String, Place> places = new LinkedHashMap<>();
    templates().stream()
        .filter(it -> it.getSpec() != null && it.getSpec().access() != null)
        .sorted(Comparator.comparing(it -> McpResource.of(it).toString()))
        .flatMap(it -> place(it).stream())
        .forEach(place -> places.putIfAbsent(place.fingerprint(), place));
    return places.values().stream()
        .sorted(
            Comparator.comparing((Place it) -> it.upstream().isPresent())
                .thenComparing(Place::host))
        .toList();
  }

  private Optional<Place> place(McpSessionTemplate template) {
    SignIn signIn = template.getSpec() == null ? null : template.getSpec().signIn();
    if (signIn == null) {
      return Optional.empty();
    }
    return signIn.identity() == Identity.Issuer
        ? providers
            .identityProvider()
            .map(it -> new Place(it.fingerprint(), it.host(), Optional.empty()))
        : upstream(template);
  }

  private Optional<Place> upstream(McpSessionTemplate template) {
    McpResource resource = McpResource.of(template);
    String version = template.getMetadata().getUid() + "/" + template.getMetadata().getGeneration();
    Instant now = clock.instant();
    Known known = upstreams.get(resource);
    if (known == null || !known.isGood(version, now)) {
      known = new Known(version, now, asked(template, resource));
      upstreams.put(resource, known);
    }
    return known.place();
  }

  private Optional<Place> asked(McpSessionTemplate template, McpResource resource) {
    try {
      Provider provider = providers.upstream(template);
      return Optional.of(new Place(provider.fingerprint(), provider.host(), Optional.of(resource)));
    } catch (ProviderException e) {
      log.warn(
          "Nobody can sign in at the account page for template {}: {}", resource, e.getMessage());
      return Optional.empty();
    }
  }
}
