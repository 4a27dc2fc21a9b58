package dev.mcpsession.signin.token;

import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignIn;
import java.util.List;

/** What is to be done with a {@link TokenRequest}. */
public sealed interface TokenDecision {
  /** With a code. */
  sealed interface OfCode extends TokenDecision {}

  /** With a refresh token. */
  sealed interface OfRefreshToken extends TokenDecision {}

  /** One that leads to tokens, if nothing comes in between. */
  sealed interface Answer extends TokenDecision {
    /** That the tokens belong to. */
    SignIn signIn();

    /** Secret. */
    String refreshToken();

    /** Of the access token. */
    List<String> scopes();
  }

  /**
   * A sign-in begins: it is to be created. If there is one of its id, the code was exchanged
   * before, and that sign-in is to be ended.
   */
  record Begin(SignIn signIn, String refreshToken, List<String> scopes) implements Answer, OfCode {
    public Begin {
      scopes = List.copyOf(scopes);
    }

    /** Leaves out what is secret. */
    @Override
    public String toString() {
      return "Begin";
    }
  }

  /**
   * The refresh token is replaced by the next one: the sign-in is to be stored. If somebody else
   * has changed it, it is to be read and decided again.
   */
  record Rotate(SignIn signIn, String refreshToken, List<String> scopes)
      implements Answer, OfRefreshToken {
    public Rotate {
      scopes = List.copyOf(scopes);
    }

    /** Leaves out what is secret. */
    @Override
    public String toString() {
      return "Rotate";
    }
  }

  /** The refresh token was replaced a moment ago: the answer is given once more. */
  record Repeat(SignIn signIn, String refreshToken, List<String> scopes)
      implements Answer, OfRefreshToken {
    public Repeat {
      scopes = List.copyOf(scopes);
    }

    /** Leaves out what is secret. */
    @Override
    public String toString() {
      return "Repeat";
    }
  }

  /**
   * A refresh token was used that was replaced long ago: the sign-in is to be ended, and with it
   * every token that came of the same consent (RFC 9700, section 4.14.2). The user's session and
   * their grant of the upstream stay, for no client ever has a token of those, and whoever holds no
   * more than an old token must not be able to end them.
   */
  record Reused(SignIn signIn) implements OfRefreshToken {}

  /**
   * There is nothing to do but to say so.
   *
   * @param why for the developer of the client, without anything that was sent
   */
  record Refused(OAuthErrorCode code, String why) implements OfCode, OfRefreshToken {}
}
