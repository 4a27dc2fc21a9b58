package dev.mcpsession.plan.observed;

import dev.mcpsession.api.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request of this session's plans that has failed ever since it was first sent: a webhook that
 * cannot be reached, an error of the API server, a right that is missing.
 *
 * @param name of the object
 * @param message of the API server in one line, or why it did not answer
 * @param since when the first of these requests was sent
 * @param lastAt when the last one failed
 * @param times how many failed
 * @param answered whether the API server answered the last one
 * @param announcedAt when an Event last told of it; null if none did
 */
public record FailingWrite(
    Kind kind,
    String name,
    String message,
    Instant since,
    Instant lastAt,
    int times,
    boolean answered,
    @Nullable Instant announcedAt) {

  /** From then on users are told. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Between two Events about it. */
  private static final Duration REPEAT = Duration.ofMinutes(5);

  private static final String KEEPS_FAILING = " keeps failing: ";

  private static final Pattern WORDS =
      Pattern.compile(
          "(^|; )[a-z]+ (Pod|Secret|Service|McpSession|status of McpSession) [-.a-z0-9]+"
              + KEEPS_FAILING
              + ".*$",
          Pattern.DOTALL);

  /** What fails. */
  public enum Kind {
    CREATE_SERVICE("creating Service"),
    CHANGE_SERVICE("changing Service"),
    DELETE_SERVICE("deleting Service"),
    CREATE_SECRET("creating Secret"),
    DELETE_SECRET("deleting Secret"),
    CREATE_POD("creating Pod"),
    DELETE_POD("deleting Pod"),
    CHANGE_POD("changing Pod"),
    WRITE_STATUS("writing status of McpSession"),
    CHANGE_SESSION("changing McpSession"),
    READ_SESSION("reading McpSession"),
    DELETE_SESSION("deleting McpSession");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As in "creating Service". */
    public String words() {
      return words;
    }

    /** Whether Service clients are cut off while it fails. */
    public boolean concernsService() {
      return this == CREATE_SERVICE || this == CHANGE_SERVICE || this == CHANGE_POD;
    }
  }

  /**
   * Whether it has lasted long enough to be reported. A request without an answer may have been a
   * single lost response.
   */
  public boolean isLasting() {
    return (answered || times > 1) && !lastAt.isBefore(since.plus(PATIENCE));
  }

  /** Whether an Event is due. */
  public boolean isToBeAnnounced(Instant now) {
    return announcedAt == null || !now.isBefore(announcedAt.plus(REPEAT));
  }

  /** For users. */
  public String words() {
    return kind.words + " " + name + KEEPS_FAILING + message;
  }

  /** A condition's message with these words at its end. */
  public String appendTo(String message) {
    return message.isEmpty() ? words() : message + "; " + words();
  }

  /** Whether a condition's message ends with the words of a failing request. */
  public static boolean isToldIn(String message) {
    return message.contains(KEEPS_FAILING) && WORDS.matcher(message).find();
  }

  /** The condition as it was decided on, without the words of a failing request. */
  public static Condition untold(Condition condition) {
    return isToldIn(condition.message())
        ? new Condition(
            condition.type(),
            condition.status(),
            condition.observedGeneration(),
            condition.lastTransitionTime(),
            condition.reason(),
            WORDS.matcher(condition.message()).replaceFirst(""))
        : condition;
  }
}
