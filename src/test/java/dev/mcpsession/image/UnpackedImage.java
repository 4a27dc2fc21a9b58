package dev.mcpsession.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image's files in a folder of this machine, and how to run its entry point from there: the JVM
 * accepts an AOT cache if the class path is the same below another folder.
 */
public record UnpackedImage(Path root, ImageArchive image) {
  /** Where our own files are in the image; everything below is named in the entry point. */
  private static final String APP = "/app/";

  /** As many links as Linux follows. */
  private static final int MAX_LINKS = 40;

  /** The java of the entry point. */
  public Path java() throws IOException {
    String program = image.texts("Entrypoint").getFirst();
    List<String> folders =
        program.startsWith("/")
            ? List.of("")
            : List.of(environment().getOrDefault("PATH", "/usr/bin").split(":"));
    for (String folder : folders) {
      Path found = resolve(Path.of(folder + "/" + program));
      if (Files.isRegularFile(found)) {
        return found;
      }
    }
    throw new IOException("the image has no " + program + " in " + folders);
  }

  /** The entry point's arguments, without the cache, which does not exist yet. */
  public List<String> arguments() throws IOException {
    List<String> arguments = new ArrayList<>();
    for (String argument : image.texts("Entrypoint").subList(1, image.texts("Entrypoint").size())) {
      if (argument.startsWith("-XX:AOTCache=")) {
        continue;
      }
      if (argument.startsWith("@" + APP)) {
        Path listed = root.resolve(argument.substring(2));
        Path here = root.resolveSibling(listed.getFileName());
        // One argument, also where the folder's name has a space.
        Files.writeString(here, '"' + relocated(Files.readString(listed).strip()) + '"');
        arguments.add("@" + here);
      } else {
        arguments.add(relocated(argument));
      }
    }
    return arguments;
  }

  /** The environment variables of the image. */
  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    for (String variable : image.texts("Env")) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return environment;
  }

  private String relocated(String text) {
    return text.replace(APP, root + APP);
  }

  /** Resolves a path of the image, following links within the image. */
  private Path resolve(Path wanted) throws IOException {
    Path path = wanted.normalize();
    for (int links = 0; links < MAX_LINKS; links++) {
      Path next = followed(path);
      if (next.equals(path)) {
        return inRoot(path);
      }
      path = next;
    }
    throw new IOException("too many links at " + wanted);
  }

  /** The path with its first link replaced by the link's target; unchanged if there is none. */
  private Path followed(Path path) throws IOException {
    Path seen = Path.of("/");
    for (Path name : path) {
      seen = seen.resolve(name);
      if (Files.isSymbolicLink(inRoot(seen))) {
        Path target = seen.resolveSibling(Files.readSymbolicLink(inRoot(seen)));
        return target.resolve(seen.relativize(path)).normalize();
      }
      if (!Files.exists(inRoot(seen), LinkOption.NOFOLLOW_LINKS)) {
        return path;
      }
    }
    return path;
  }

  private Path inRoot(Path path) {
    return root.resolve(Path.of("/").relativize(path));
  }
}
