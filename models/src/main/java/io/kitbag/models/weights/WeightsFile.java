package io.kitbag.models.weights;

import io.kitbag.models.internal.torchfile.Malformed;
import io.kitbag.models.internal.torchfile.TorchFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Named tensors from a file of any of the formats in which weights are passed on, told apart by
 * content:
 *
 * <ul>
 *   <li>safetensors;
 *   <li>{@code .pt} and {@code .pth} of {@code torch.save}, the zip of PyTorch 1.6 and later as
 *       well as the stream before it. It must hold a state dict, or a dictionary with one under
 *       {@code state_dict_ema}, {@code model_ema}, {@code state_dict}, {@code model} or {@code
 *       module}, where training scripts put it.
 * </ul>
 *
 * <p>Reading never runs code: pickles are interpreted by a reader that knows tensors only, and a
 * file that mentions any other class is refused.
 */
public final class WeightsFile {

  private static final int HEAD_BYTES = 9;
  private static final int ZIP_MAGIC = 0x04034b50;
  private static final int PICKLE_PROTOCOL = 0x80;

  private WeightsFile() {}

  /**
   * The tensors by name, in the order of the file, in the element types of the file.
   *
   * @throws WeightsException if the file is absent, unreadable, cut off, malformed in any way, or
   *     holds more than tensors
   */
  public static Map<String, HostTensor> read(Path file) throws WeightsException {
    try {
      ByteBuffer head = head(file);
      if (head.limit() >= Integer.BYTES && head.getInt(0) == ZIP_MAGIC) {
        return TorchFile.readZip(file);
      }
      if (head.limit() > 0 && (head.get(0) & 0xff) == PICKLE_PROTOCOL && !isSafetensors(head)) {
        return TorchFile.readLegacy(file);
      }
    } catch (Malformed e) {
      throw new WeightsException(file, "not a state dict of torch.save: " + e.getMessage(), e);
    } catch (ZipException e) {
      throw new WeightsException(
          file, "not a state dict of torch.save: a damaged zip (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      String problem = Files.exists(file) ? "cannot be read (" + e + ")" : "there is no such file";
      throw new WeightsException(file, problem, e);
    }
    return Safetensors.read(file).tensors();
  }

  /** Its first eight bytes are a length, which may begin with any byte. */
  private static boolean isSafetensors(ByteBuffer head) {
    return head.limit() == HEAD_BYTES
        && head.get(HEAD_BYTES - 1) == '{'
        && Long.compareUnsigned(head.getLong(0), Safetensors.MAX_HEADER_BYTES) <= 0;
  }

  private static ByteBuffer head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return ByteBuffer.wrap(in.readNBytes(HEAD_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
