package dev.mcpsession.sample;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * {@link SampleBackend} as a jar of a few kilobytes: small enough for a ConfigMap's binaryData, so
 * that a cluster's nodes need an image with a Java runtime and none of ours.
 */
public final class SampleBackendJar {
  /** The key of the ConfigMap's binaryData, and the file's name in the container. */
  public static final String KEY = "backend.jar";

  private static final List<Class<?>> CLASSES =
      List.of(SampleBackend.class, McpAnswers.class, Json.class);

  /**
   * The same in every build: a jar that changes with the time of day would change ConfigMaps for
   * nothing.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private SampleBackendJar() {}

  /** The same bytes for the same classes. */
  public static byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, SampleBackend.class.getName());
      jar.putNextEntry(entry("META-INF/MANIFEST.MF"));
      manifest.write(jar);
      for (Class<?> type : CLASSES) {
        String name = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(entry(name));
        try (InputStream content = type.getClassLoader().getResourceAsStream(name)) {
          content.transferTo(jar);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a jar in memory", e);
    }
    return bytes.toByteArray();
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new JarEntry(name);
    entry.setTimeLocal(TIME);
    return entry;
  }

  /**
   * Runs the backend from a ConfigMap of that name, in the session's namespace, that holds {@link
   * #KEY}.
   */
  public static PodSpec podSpec(String configMapName) {
    return new PodSpecBuilder()
        .addNewContainer()
        .withName("backend")
        .withImage("java:25")
        .withImagePullPolicy("IfNotPresent")
        .withCommand(
            "/opt/java/bin/java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx32m",
            "-Xshare:auto",
            "-cp",
            "/app/" + KEY,
            SampleBackend.class.getName())
        .addNewEnv()
        .withName("MCP_USER")
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath("metadata.labels['mcpsession.dev/session']")
        .endFieldRef()
        .endValueFrom()
        .endEnv()
        .addNewVolumeMount()
        .withName("app")
        .withMountPath("/app")
        .withReadOnly(true)
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("app")
        .withNewConfigMap()
        .withName(configMapName)
        .endConfigMap()
        .endVolume()
        .withTerminationGracePeriodSeconds(10L)
        .build();
  }
}
