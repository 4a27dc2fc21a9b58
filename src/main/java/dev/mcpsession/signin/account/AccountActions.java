package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.Parameters;
import java.util.Optional;

/**
 * Carries out what a person asks for on the account page. Whatever a form names is looked for among
 * what is the person's own, so that no other name does anything.
 */
final class AccountActions {
  private final AccountSessions sessions;
  private final AccountHoldings holdings;
  private final SignIns signIns;
  private final Endings endings;
  private final AccountFlows flows;
  private final PageAnswers answers;

  AccountActions(
      AccountSessions sessions,
      AccountHoldings holdings,
      SignIns signIns,
      Endings endings,
      AccountFlows flows,
      PageAnswers answers) {
    this.sessions = sessions;
    this.holdings = holdings;
    this.signIns = signIns;
    this.endings = endings;
    this.flows = flows;
    this.answers = answers;
  }

  /**
   * Does it.
   *
   * @param form with a token that was found right
   * @param own the sign-in of the browser that sent it
   */
  SiteAnswer carryOut(AccountAction action, SiteRequest request, Parameters form, SignIn own)
      throws StoreException {
    Person person = own.person();
    return switch (action) {
      case END_SESSION -> {
        Optional<McpSessionTemplate> template = template(person, form);
        if (template.isPresent()) {
          endings.endSession(template.get(), person.owner());
        }
        yield done(action, template.isPresent());
      }
      case TAKE_BACK_GRANT -> {
        Optional<McpSessionTemplate> template = template(person, form);
        if (template.isPresent()) {
          endings.takeBack(template.get(), person.owner());
        }
        yield done(action, template.isPresent());
      }
      case DISCONNECT_CLIENT -> {
        Optional<SignIn> client = client(person, form);
        if (client.isPresent()) {
          endings.endSignIn(client.get());
        }
        yield done(action, client.isPresent());
      }
      case GIVE_GRANT -> {
        Optional<McpSessionTemplate> template =
            template(person, form).filter(AccountView::givesGrants).filter(person::mayUse);
        yield template.isPresent()
            ? flows.giveGrant(request, person, template.get())
            : done(action, false);
      }
      case SIGN_OUT -> {
        signIns.end(own.id());
        yield done(action, true).with("Set-Cookie", sessions.drop());
      }
      case SIGN_OUT_EVERYWHERE -> {
        endings.endAll(person);
        signIns.end(own.id()); // which the cache may not have yet
        yield done(action, true).with("Set-Cookie", sessions.drop());
      }
    };
  }

  /** The browser gets the page anew, so that nothing is done twice. */
  private SiteAnswer done(AccountAction action, boolean isDone) {
    return answers.redirect(
        isDone && action.done().isPresent()
            ? AccountEndpoint.PATH + "?done=" + action.text()
            : AccountEndpoint.PATH);
  }

  private Optional<McpSessionTemplate> template(Person person, Parameters form) {
    return form.first("offer").flatMap(offer -> holdings.template(person, offer));
  }

  /** One that another replica stored just now is not in the cache yet. */
  private Optional<SignIn> client(Person person, Parameters form) throws StoreException {
    Optional<String> id = form.first("sign-in").filter(it -> it.matches("[0-9a-f]{40}"));
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Optional<SignIn> cached = signIns.find(id.get());
    return (cached.isPresent() ? cached : signIns.read(id.get()))
        .filter(it -> it.client().isPresent() && AccountView.isOf(person, it));
  }
}
