package dev.mcpsession.signin.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.identity.TextHash;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.web.Cookies;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Who is signed in at the account page: a browser has a random cookie, of which only the hash is
 * stored, as a sign-in without client and resource.
 */
final class AccountSessions {
  static final String COOKIE = "mcp-account";

  private static final int RANDOM_BYTES = 32;
  private static final int ID_DIGITS = 40;
  private static final Duration SELDOM = Duration.ofHours(1);

  /** Uses are stored at least so often in an idle limit, or a short one would end in use. */
  private static final int RECORDS = 5;

  private final KeyRing keys;
  private final SignIns signIns;
  private final Cookies cookies;
  private final SignInLimits limits;
  private final SecureRandom random;
  private final InstantSource clock;

  AccountSessions(
      KeyRing keys,
      SignIns signIns,
      Cookies cookies,
      SignInLimits limits,
      SecureRandom random,
      InstantSource clock) {
    this.keys = keys;
    this.signIns = signIns;
    this.cookies = cookies;
    this.limits = limits;
    this.random = random;
    this.clock = clock;
  }

  /** Somebody who is signed in, in one browser. */
  record Visit(SignIn signIn, FormToken token) {}

  /**
   * Who asks; empty: nobody whose session lasts.
   *
   * @throws StoreException if that cannot be known now
   */
  Optional<Visit> find(SiteRequest request) throws StoreException {
    Optional<String> cookie =
        cookies
            .find(request, COOKIE)
            .filter(value -> keys.keys().open(Purpose.ACCOUNT, value).isPresent());
    if (cookie.isEmpty()) {
      return Optional.empty();
    }
    String hash = TextHash.of(cookie.get());
    Optional<SignIn> found = read(hash.substring(0, ID_DIGITS)).filter(it -> isOf(hash, it));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SignIn signIn = found.get();
    Instant now = clock.instant();
    if (limits.areOver(signIn, now)) {
      signIns.end(signIn.id());
      return Optional.empty();
    }
    if (isUseToBeStored(signIn, now)) {
      // If another replica was faster, the use is stored all the same.
      var unused = signIns.replace(signIn.used(signIn.refresh(), now));
    }
    return Optional.of(new Visit(signIn, FormToken.of(cookie.get())));
  }

  private boolean isUseToBeStored(SignIn signIn, Instant now) {
    Duration part = limits.idle().dividedBy(RECORDS);
    return !now.isBefore(signIn.lastUsedAt().plus(part.compareTo(SELDOM) < 0 ? part : SELDOM));
  }

  /** One that began on another replica just now is not in the cache yet. */
  private Optional<SignIn> read(String id) throws StoreException {
    if (signIns.isKnownToHaveEnded(id)) {
      return Optional.empty();
    }
    Optional<SignIn> cached = signIns.find(id);
    return cached.isPresent() ? cached : signIns.read(id);
  }

  private static boolean isOf(String hash, SignIn signIn) {
    return !signIn.isEnded()
        && signIn.resource().isEmpty()
        && signIn.client().isEmpty()
        && MessageDigest.isEqual(
            hash.getBytes(UTF_8), signIn.refresh().currentHash().getBytes(UTF_8));
  }

  /**
   * Begins a visit, and ends the one that the browser was at, since its cookie is overwritten.
   *
   * @return the value of Set-Cookie
   */
  String begin(SiteRequest request, Person person) throws StoreException {
    Optional<Visit> before = find(request);
    if (before.isPresent()) {
      signIns.end(before.get().signIn().id());
    }
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    Instant now = clock.instant();
    String cookie = keys.keys().seal(Purpose.ACCOUNT, bytes, now);
    String hash = TextHash.of(cookie);
    boolean isNew =
        signIns.create(
            new SignIn(
                hash.substring(0, ID_DIGITS),
                person,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                now,
                now,
                new RefreshState(1, hash, Optional.empty(), now),
                false,
                Optional.empty()));
    if (!isNew) {
      throw new IllegalStateException("two random cookies are the same");
    }
    return cookies.set(COOKIE, cookie, limits.absolute());
  }

  /** The value of Set-Cookie that takes the cookie away. */
  String drop() {
    return cookies.drop(COOKIE);
  }
}
