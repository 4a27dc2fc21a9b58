package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
import dev.mcpsession.gateway.session.Connections.Lookup;
import java.util.Optional;

/** What has come of an {@link Action}. */
public sealed interface Event {
  /** Of {@link Action.Find}. */
  record Looked(Lookup lookup) implements Event {}

  /**
   * Of {@link Action.Enter}.
   *
   * @param takesPlace whether another stream of this replica was ended for this one
   */
  record Entered(boolean takesPlace) implements Event {}

  /**
   * Of {@link Action.TakeStream}.
   *
   * @param closes whether the others will be closed
   */
  record StreamTaken(boolean closes) implements Event {}

  /** Of {@link Action.Demand}. */
  record Demanded(dev.mcpsession.gateway.session.Demand demand) implements Event {}

  /**
   * Of {@link Action.TellUse}.
   *
   * @param goesOn false: the session was just taken away
   */
  record UseTold(boolean goesOn) implements Event {}

  /** Of {@link Action.FindAsker}. */
  record AskerFound(Asker asker) implements Event {}

  /** Of {@link Action.BindAnew}. */
  record BoundAnew(BindingResult result) implements Event {}

  /** Of {@link Action.Send}: the head of the answer is there. */
  record Answered(int status) implements Event {}

  /**
   * Of {@link Action.Send}: there will be no answer.
   *
   * @param sent whether a byte of the request may have reached the backend
   */
  record Failed(boolean sent) implements Event {}

  /**
   * Of {@link Action.ReadInitialize}.
   *
   * @param protocolVersion that the backend agreed on; empty: it began no session
   */
  record Initialized(Optional<String> protocolVersion) implements Event {}

  /** Of {@link Action.ReadInitialize}: the answer broke off. */
  record BrokenOff() implements Event {}

  /** Of {@link Action.Store}. */
  record Stored(Creation creation) implements Event {}

  /** Of {@link Action.End}. */
  record IdEnded(Ending ending) implements Event {}
}
