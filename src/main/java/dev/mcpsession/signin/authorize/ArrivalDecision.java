package dev.mcpsession.signin.authorize;

import dev.mcpsession.signin.authorize.PendingFlow.Asked;
import dev.mcpsession.signin.identity.Person;
import java.util.Optional;

/** PURE. What follows when a user is back from a provider that has said who they are. */
public sealed interface ArrivalDecision {
  /** They are sent on to the template's upstream, whose grant is missing. */
  record AskUpstream(Person person) implements ArrivalDecision {}

  /** The grant is stored, and they are signed in. */
  record StoreGrant(Person person) implements ArrivalDecision {}

  /** They are signed in. */
  record Complete(Person person) implements ArrivalDecision {}

  /** The upstream gave no refresh token, without which nothing could be renewed. */
  record NoRefreshToken() implements ArrivalDecision {}

  /** They may not use what the client asks for; what they gave is given back. */
  record NotAllowed(Person person) implements ArrivalDecision {}

  /** The provider did not say who it is. */
  record Nobody() implements ArrivalDecision {}

  /**
   * What is known.
   *
   * @param redeemed who the provider says it is; empty: it was not asked
   * @param hasRefreshToken whether it gave one
   * @param isAllowed whether a person may use the offer; of the account page true
   * @param needsGrant whether the offer has an upstream, and its grant is missing or rejected
   */
  record Observation(
      PendingFlow flow,
      Optional<Person> redeemed,
      boolean hasRefreshToken,
      boolean isAllowed,
      boolean needsGrant) {
    /** Who it is: known before, or known now. */
    Optional<Person> person() {
      return flow.person().or(() -> redeemed);
    }
  }

  /** Decides, the first that applies. */
  static ArrivalDecision of(Observation seen) {
    if (seen.person().isEmpty()) {
      return new Nobody();
    }
    Person person = seen.person().get();
    if (!seen.isAllowed()) {
      return new NotAllowed(person);
    }
    if (seen.flow().asked() == Asked.UPSTREAM) {
      return seen.hasRefreshToken() ? new StoreGrant(person) : new NoRefreshToken();
    }
    return seen.needsGrant() ? new AskUpstream(person) : new Complete(person);
  }
}
