package dev.mcpsession.signin.page;

import dev.mcpsession.signin.page.AccountPage.Client;
import dev.mcpsession.signin.page.AccountPage.Ending;
import dev.mcpsession.signin.page.AccountPage.Grant;
import dev.mcpsession.signin.page.AccountPage.GrantState;
import dev.mcpsession.signin.page.AccountPage.Mood;
import dev.mcpsession.signin.page.AccountPage.Offer;
import dev.mcpsession.signin.page.AccountPage.Session;
import dev.mcpsession.signin.page.AccountPage.Time;
import java.util.List;
import java.util.Optional;

/** Pages as people see them. */
final class SamplePages {
  private static final Time THREE_DAYS_AGO =
      new Time("2026-11-18T10:00:00Z", "18 Nov 2026, 10:00 UTC", "3 days ago");
  private static final Time NOW =
      new Time("2026-11-21T09:56:00Z", "21 Nov 2026, 09:56 UTC", "4 min ago");
  private static final Time SOON =
      new Time("2026-11-21T10:11:00Z", "21 Nov 2026, 10:11 UTC", "in 11 min");
  private static final Time IN_DAYS =
      new Time("2026-11-28T09:56:00Z", "28 Nov 2026, 09:56 UTC", "in 6 days 23 h");

  static final Page CONSENT =
      new Page.Consent(
          "Visual Studio Code",
          Optional.of("vscode.dev"),
          "vscode.dev",
          false,
          "team/forgejo",
          "Repositories, issues and pull requests of git.example",
          "git.example",
          List.of("mcp"),
          List.of("read:repository", "read:issue"),
          "sealed");

  static final Page CONSENT_TO_ANYBODY =
      new Page.Consent(
          "Claude Code",
          Optional.empty(),
          "127.0.0.1:43121",
          true,
          "team/forgejo",
          "Repositories, issues and pull requests of git.example",
          "git.example",
          List.of(),
          List.of(),
          "sealed");

  static final Page PROBLEM =
      new Page.Problem(
          "This sign-in is not known here",
          "It was begun in another browser, it took too long, or it has ended.",
          "Begin again in your client.",
          Optional.of(new Page.Link("/account", "Your account")));

  static final Page ACCOUNT_SIGN_IN =
      new Page.AccountSignIn(
          Optional.of("You are signed out."),
          List.of(
              new Page.Choice("of-sso", "sso.example"), new Page.Choice("of-git", "git.example")));

  static final Page ACCOUNT_SIGN_IN_NOWHERE = new Page.AccountSignIn(Optional.empty(), List.of());

  static final Page ACCOUNT =
      new AccountPage(
          "alice",
          "git.example",
          "0123456789abcdef",
          Optional.of("The session has ended."),
          List.of(
              new Offer(
                  "team/forgejo",
                  "Repositories, issues and pull requests of git.example",
                  "https://mcp.example/team/forgejo/mcp"),
              new Offer("team/wiki", "", "https://mcp.example/team/wiki/mcp")),
          List.of(
              new Session(
                  "team/forgejo",
                  Mood.GOOD,
                  "Serving",
                  "revision 3 serves",
                  Optional.of(THREE_DAYS_AGO),
                  List.of(
                      new Ending("Suspended", SOON, "after 15 min without use"),
                      new Ending("Deleted", IN_DAYS, "after 7 days without use"))),
              new Session(
                  "team/wiki",
                  Mood.BAD,
                  "Start failed",
                  "revision 1 failed: the container exits with code 1; next attempt at"
                      + " 2026-11-21T10:02:11Z",
                  Optional.of(NOW),
                  List.of(new Ending("Deleted", IN_DAYS, "it lives 8 days at most")))),
          List.of(
              new Client(
                  "a".repeat(40),
                  "Visual Studio Code",
                  "vscode.dev",
                  "team/forgejo",
                  THREE_DAYS_AGO,
                  NOW),
              new Client(
                  "b".repeat(40),
                  "Claude Code",
                  "127.0.0.1",
                  "team/forgejo",
                  THREE_DAYS_AGO,
                  THREE_DAYS_AGO)),
          List.of(
              new Grant(
                  "team/forgejo", "git.example", GrantState.GIVEN, Optional.of(THREE_DAYS_AGO)),
              new Grant("team/wiki", "git.example", GrantState.REJECTED, Optional.empty()),
              new Grant("team/chat", "git.example", GrantState.NONE, Optional.empty())),
          2);

  static final Page ACCOUNT_OF_NOTHING =
      new AccountPage(
          "alice",
          "git.example",
          "0123456789abcdef",
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          0);

  private SamplePages() {}
}
