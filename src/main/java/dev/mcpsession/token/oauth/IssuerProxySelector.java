package dev.mcpsession.token.oauth;

import dev.mcpsession.config.HttpProxy;
import dev.mcpsession.config.IssuerProxies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** Tells the JDK's HTTP client the proxy of each request. */
final class IssuerProxySelector extends ProxySelector {
  private final IssuerProxies proxies;

  IssuerProxySelector(IssuerProxies proxies) {
    this.proxies = proxies;
  }

  @Override
  public List<Proxy> select(URI uri) {
    HttpProxy proxy = proxies.proxyFor(uri);
    // Unresolved, so that each connection asks for the address anew.
    return List.of(
        proxy == null
            ? Proxy.NO_PROXY
            : new Proxy(
                Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
  }

  /** There is no second proxy; the request fails. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {}
}
