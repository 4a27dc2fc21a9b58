package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.SessionKey;
import java.time.Instant;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All that this process remembers of one session, and may lose at any moment. Each part is guarded
 * by its own monitor, for token calls, timers and events are on other threads than reconciles.
 *
 * <p>Closed once, when the session is gone. Code that still holds the entry may go on using it: the
 * timer cannot be set, the answer of a token call is not taken, no slot can be had, and what else
 * is noted goes with the entry. A revocation that is under way goes on, since its token outlives
 * the session.
 */
public final class SessionEntry {
  private final SessionKey key;
  private final Lock lock = new ReentrantLock();
  private final TokenCallState tokenCall = new TokenCallState(this::isClosed);
  private final RevocationState revocation = new RevocationState();
  private final Rejections serviceRejections = new Rejections();
  private final Rejections childRejections = new Rejections();
  private final ActivityWatch activity = new ActivityWatch();
  private final LastTemplate template = new LastTemplate();
  private final PodWatch pods = new PodWatch();
  private final OwnWrites writes = new OwnWrites();
  private final UndeletedSecrets undeletedSecrets = new UndeletedSecrets();
  private final WriteFailures writeFailures = new WriteFailures();
  private final ReconcileFaults faults = new ReconcileFaults();
  private final RepeatedWarnings warnings = new RepeatedWarnings();
  private final RequeueTimer timer = new RequeueTimer(this::isClosed);
  private volatile boolean leaving;
  private volatile boolean closed;

  private final EndingNamespaces namespaces;
  private final long number;

  SessionEntry(SessionKey key) {
    this(key, new EndingNamespaces());
  }

  SessionEntry(SessionKey key, EndingNamespaces namespaces) {
    this.key = key;
    this.namespaces = namespaces;
    this.number = namespaces.nextNumber();
  }

  /**
   * The API server refused to create something in the session's namespace, which is being deleted.
   *
   * @return whether that is new
   */
  public boolean namespaceEnds(Instant now) {
    return namespaces.refused(key.namespace(), now);
  }

  /** Whether nothing can be created for the session, as its namespace is being deleted. */
  public boolean isNamespaceEnding(Instant now) {
    return namespaces.isEnding(key.namespace(), number, now);
  }

  /** When to find out whether the namespace is still being deleted. */
  public Instant namespaceRetryAt(Instant now) {
    return namespaces.retryAt(key.namespace(), now);
  }

  /** For a session that is gone, or of which nothing is remembered. */
  public static SessionEntry closed(SessionKey key) {
    SessionEntry entry = new SessionEntry(key);
    entry.closed = true;
    return entry;
  }

  /** It has a deletion timestamp, or is gone: it begins no replacement any more. */
  void leave() {
    leaving = true;
  }

  /** Once true, true for ever. */
  boolean isLeaving() {
    return leaving || closed;
  }

  /** The flag is set first: what is set later than the timer's cancellation sees it. */
  void close() {
    closed = true;
    timer.cancel();
  }

  /** Once true, true for ever. */
  public boolean isClosed() {
    return closed;
  }

  public SessionKey key() {
    return key;
  }

  /** Held during a reconcile: sessions that are being deleted are reconciled on other threads. */
  public Lock lock() {
    return lock;
  }

  public TokenCallState tokenCall() {
    return tokenCall;
  }

  public RevocationState revocation() {
    return revocation;
  }

  /** What the API server said no to about the session's Service. */
  public Rejections serviceRejections() {
    return serviceRejections;
  }

  /** What the API server said no to about the session's Secrets and Pods. */
  public Rejections childRejections() {
    return childRejections;
  }

  /** What this process saw of the annotation lastActive. */
  public ActivityWatch activity() {
    return activity;
  }

  /** The template that the session has or had. */
  public LastTemplate template() {
    return template;
  }

  /** Which of the session's Pods this process saw. */
  public PodWatch pods() {
    return pods;
  }

  /** What this process wrote of the session's objects. */
  public OwnWrites writes() {
    return writes;
  }

  /** Secrets that this process has yet to delete. */
  public UndeletedSecrets undeletedSecrets() {
    return undeletedSecrets;
  }

  /** Which requests for the session keep failing. */
  public WriteFailures writeFailures() {
    return writeFailures;
  }

  public ReconcileFaults faults() {
    return faults;
  }

  public RepeatedWarnings warnings() {
    return warnings;
  }

  public RequeueTimer timer() {
    return timer;
  }
}
