package dev.mcpsession.gateway.session;

import dev.mcpsession.api.McpConnectionStatus;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.Preference.LogLevel;
import dev.mcpsession.gateway.route.Preference.Subscribe;
import dev.mcpsession.gateway.route.Preference.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a legacy client has asked of its server for the rest of their session.
 *
 * @param logLevel empty: it has set none
 * @param subscriptions URIs of resources, each once
 */
public record Preferences(Optional<String> logLevel, List<String> subscriptions) {
  /** Of a client that has asked for nothing yet. */
  public static final Preferences NONE = new Preferences(Optional.empty(), List.of());

  public Preferences {
    subscriptions = List.copyOf(subscriptions);
  }

  /** Whether it can be kept with these: a connection has room for so much and no more. */
  public boolean hasRoomFor(Preference preference) {
    return switch (preference) {
      case LogLevel(var level) -> level.length() <= McpConnectionStatus.MAX_LOG_LEVEL;
      case Subscribe(var uri) ->
          subscriptions.contains(uri)
              || (subscriptions.size() < McpConnectionStatus.MAX_SUBSCRIPTIONS
                  && uri.length() <= McpConnectionStatus.MAX_URI);
      case Unsubscribe none -> true;
    };
  }

  /** Whether it is what the client asked for last, or there is no room for it. */
  public boolean include(Preference preference) {
    return with(preference).equals(this);
  }

  /** These after the client asked for this as well. What there is no room for changes nothing. */
  public Preferences with(Preference preference) {
    if (!hasRoomFor(preference)) {
      return this;
    }
    return switch (preference) {
      case LogLevel(var level) -> new Preferences(Optional.of(level), subscriptions);
      case Subscribe(var uri) when subscriptions.contains(uri) -> this;
      case Subscribe(var uri) -> {
        List<String> more = new ArrayList<>(subscriptions);
        more.add(uri);
        yield new Preferences(logLevel, more);
      }
      case Unsubscribe(var uri) ->
          new Preferences(logLevel, subscriptions.stream().filter(it -> !it.equals(uri)).toList());
    };
  }

  /**
   * What a backend has to be told that knows these.
   *
   * @param told what it knows
   */
  public List<Preference> since(Preferences told) {
    List<Preference> news = new ArrayList<>();
    if (!logLevel.equals(told.logLevel)) {
      logLevel.ifPresent(level -> news.add(new LogLevel(level)));
    }
    subscriptions.stream()
        .filter(uri -> !told.subscriptions.contains(uri))
        .forEach(uri -> news.add(new Subscribe(uri)));
    told.subscriptions.stream()
        .filter(uri -> !subscriptions.contains(uri))
        .forEach(uri -> news.add(new Unsubscribe(uri)));
    return news;
  }
}
