package dev.mcpsession.signin.http;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn.Identity;
import dev.mcpsession.signin.authorize.PendingFlow.Asked;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.provider.Providers;
import java.util.Optional;

/** Which provider a user is sent to. */
record ProviderChoice(Providers providers) {
  /** Who says who the user of a template is. */
  Asked first(McpSessionTemplate template) {
    return Offers.signIn(template).identity() == Identity.Upstream
        ? Asked.UPSTREAM
        : Asked.IDENTITY_PROVIDER;
  }

  /**
   * Who says who the user of a visit is, for metrics.
   *
   * @param person who it is for; empty: that is what is asked
   */
  static SignInEvents.Identity identity(Asked asked, Optional<Person> person) {
    return asked == Asked.UPSTREAM && person.isEmpty()
        ? SignInEvents.Identity.upstream
        : SignInEvents.Identity.issuer;
  }

  /**
   * The provider.
   *
   * @param template whose upstream it is; not needed for the identity provider
   * @throws ProviderException if there is none, or its endpoints are not allowed
   */
  Provider provider(Asked asked, Optional<McpSessionTemplate> template) throws ProviderException {
    if (asked == Asked.UPSTREAM) {
      return providers.upstream(
          template
              .filter(Offers::hasUpstream)
              .orElseThrow(
                  () ->
                      new ProviderException(
                          ProviderException.Kind.MISMATCH,
                          "What you signed in for is not offered any more.")));
    }
    return providers
        .identityProvider()
        .orElseThrow(
            () ->
                new ProviderException(
                    ProviderException.Kind.MISCONFIGURED,
                    "The gateway has no identity provider (signIn.identityProvider of its"
                        + " configuration), which says who you are. Tell its administrator."));
  }
}
