package dev.mcpsession.issuer;

/** An error of Forgejo's token endpoint, whose status is 400 whatever the error. */
final class ForgejoRefusal extends Exception {
  private final String error;
  private final boolean ofTheToken;

  private ForgejoRefusal(String error, String description, boolean ofTheToken) {
    super(description);
    this.error = error;
    this.ofTheToken = ofTheToken;
  }

  /** Something is wrong with the request or the client. */
  static ForgejoRefusal ofRequest(String error, String description) {
    return new ForgejoRefusal(error, description, false);
  }

  /** The refresh token is not accepted. */
  static ForgejoRefusal ofToken(String error, String description) {
    return new ForgejoRefusal(error, description, true);
  }

  String error() {
    return error;
  }

  boolean isOfTheToken() {
    return ofTheToken;
  }
}
