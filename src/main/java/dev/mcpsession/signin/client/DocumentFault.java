package dev.mcpsession.signin.client;

/** No answer came for a metadata document. */
final class DocumentFault extends Exception {
  private final boolean isTemporary;

  /**
   * @param message as of {@link ClientLookup.Unknown}
   * @param isTemporary whether trying again may help
   */
  DocumentFault(String message, boolean isTemporary) {
    super(message);
    this.isTemporary = isTemporary;
  }

  ClientLookup lookup() {
    String message = String.valueOf(getMessage());
    return isTemporary ? new ClientLookup.Unavailable(message) : new ClientLookup.Unknown(message);
  }
}
