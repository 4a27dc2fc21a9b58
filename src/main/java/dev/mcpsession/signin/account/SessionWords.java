package dev.mcpsession.signin.account;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Reason;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.signin.page.AccountPage;
import dev.mcpsession.signin.page.AccountPage.Ending;
import dev.mcpsession.signin.page.AccountPage.Mood;
import dev.mcpsession.text.OneLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PURE. Tells of one session what its condition Ready says, and when it ends by itself. */
record SessionWords(Times times) {
  private static final String SUSPENDED = "Suspended";
  private static final String DELETED = "Deleted";

  /** Reasons of Ready that are as somebody wants it, or that pass. */
  private static final Set<String> WAITING =
      Set.of(
          Reason.Suspended.name(),
          Reason.SuspendedIdle.name(),
          Reason.Starting.name(),
          Reason.TokenPending.name(),
          Reason.Recreating.name());

  /** An ending before its words. */
  private record End(String what, Instant at, String why) {}

  /**
   * Of a session of the person.
   *
   * @param use empty: it is not known
   */
  AccountPage.Session tell(
      String offer, McpSession session, McpSessionTemplate template, Optional<SessionUse> use) {
    McpSessionStatus status = session.getStatus();
    Condition ready = status == null ? null : status.condition(ConditionType.Ready);
    if (session.isMarkedForDeletion()) {
      return new AccountPage.Session(
          offer,
          Mood.WAITING,
          "Ending",
          "",
          instant(session.getMetadata().getDeletionTimestamp()).map(times::tell),
          List.of());
    }
    McpSessionSpec spec = EffectiveSpec.of(session.getSpec(), template.getSpec().session());
    List<Ending> ends = ends(session, spec, use);
    if (ready == null) {
      return new AccountPage.Session(
          offer,
          Mood.WAITING,
          "New",
          "no operator has worked on this session yet",
          instant(session.getMetadata().getCreationTimestamp()).map(times::tell),
          ends);
    }
    return new AccountPage.Session(
        offer,
        mood(ready),
        spaced(ready.reason()),
        OneLine.of(ready.message()),
        Optional.ofNullable(ready.lastTransitionTime()).map(times::tell),
        ends);
  }

  private static Mood mood(Condition ready) {
    return ready.isTrue() ? Mood.GOOD : WAITING.contains(ready.reason()) ? Mood.WAITING : Mood.BAD;
  }

  /** A reason such as SuspendedIdle, for people. */
  private static String spaced(String reason) {
    String words = reason.replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return words.isEmpty() ? words : words.charAt(0) + words.substring(1).toLowerCase(Locale.ROOT);
  }

  private List<Ending> ends(McpSession session, McpSessionSpec spec, Optional<SessionUse> use) {
    List<End> ends = new ArrayList<>();
    if (!spec.isSuspended()) {
      use.ifPresent(it -> addIdle(ends, spec, it));
    }
    Duration lifetime = spec.maxLifetime();
    if (lifetime != null) {
      instant(session.getMetadata().getCreationTimestamp())
          .ifPresent(
              created ->
                  ends.add(
                      new End(
                          DELETED,
                          created.plus(lifetime),
                          "it lives " + Times.words(lifetime) + " at most")));
    }
    ends.sort(Comparator.comparing(End::at));
    int deletion = 0;
    while (deletion < ends.size() && !ends.get(deletion).what().equals(DELETED)) {
      deletion++;
    }
    return ends.stream()
        .limit(deletion + 1L)
        .map(end -> new Ending(end.what(), times.tell(end.at()), end.why()))
        .toList();
  }

  private void addIdle(List<End> ends, McpSessionSpec spec, SessionUse use) {
    Instant start = use.idleSince(times.now());
    Instant idle = use.idleAt(times.now());
    if (start == null) {
      return;
    }
    boolean suspends = spec.suspendsWhenIdle();
    Duration kept = spec.deletedAfterIdle();
    Instant deletion = suspends && kept != null ? later(start.plus(kept), idle) : null;
    if (idle != null && !use.suspended() && !idle.equals(deletion)) {
      boolean released = idle.equals(use.releasedAt(times.now()));
      ends.add(
          new End(
              suspends ? SUSPENDED : DELETED,
              idle,
              released
                  ? "nobody is connected any more"
                  : "after " + Times.words(spec.idleTimeout()) + " without use"));
    }
    if (deletion != null && kept != null && (use.suspended() || idle != null)) {
      ends.add(new End(DELETED, deletion, "after " + Times.words(kept) + " without use"));
    }
  }

  private static Instant later(Instant a, @Nullable Instant b) {
    return b == null || a.isAfter(b) ? a : b;
  }

  /** A time of the metadata, which the API server has written. */
  private static Optional<Instant> instant(@Nullable String time) {
    return Optional.ofNullable(time).map(Instant::parse);
  }
}
