/* Encodes with any sampling factors, and prints checksums of raw component planes, with libjpeg(-turbo).
 *
 * cc -O2 -o jpegtool jpegtool.c -ljpeg -lz
 * jpegtool encode IN.ppm OUT.jpg QUALITY FACTORS RESTART PROGRESSIVE OPTIMIZE COLOURS
 *   FACTORS 2x2,1x1,1x1; RESTART in MCUs, 0 is none; COLOURS ycc, rgb, grey, cmyk
 * jpegtool planes FILE...      a line per file: name, then width, height, crc32 of each component
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <zlib.h>

static int encode(char **a) {
  FILE *in = fopen(a[0], "rb"), *out = fopen(a[1], "wb");
  int width, height, max;
  if (!in || !out || fscanf(in, "P6 %d %d %d", &width, &height, &max) != 3) return 1;
  fgetc(in);
  unsigned char *rgb = malloc(3L * width * height);
  if (fread(rgb, 3, (size_t)width * height, in) != (size_t)width * height) return 1;
  struct jpeg_compress_struct c;
  struct jpeg_error_mgr errors;
  c.err = jpeg_std_error(&errors);
  jpeg_create_compress(&c);
  jpeg_stdio_dest(&c, out);
  c.image_width = width;
  c.image_height = height;
  c.input_components = 3;
  c.in_color_space = JCS_RGB;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, atoi(a[2]), TRUE);
  if (!strcmp(a[7], "rgb")) jpeg_set_colorspace(&c, JCS_RGB);
  if (!strcmp(a[7], "grey")) jpeg_set_colorspace(&c, JCS_GRAYSCALE);
  char *factors = a[3];
  for (int i = 0; i < c.num_components; i++) {
    c.comp_info[i].h_samp_factor = factors[4 * i] - '0';
    c.comp_info[i].v_samp_factor = factors[4 * i + 2] - '0';
  }
  c.restart_interval = atoi(a[4]);
  if (atoi(a[5])) jpeg_simple_progression(&c);
  c.optimize_coding = atoi(a[6]);
  jpeg_start_compress(&c, TRUE);
  while (c.next_scanline < c.image_height) {
    JSAMPROW row = rgb + 3L * width * c.next_scanline;
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  fclose(out);
  return 0;
}

static int planes(const char *name) {
  FILE *in = fopen(name, "rb");
  if (!in) return 1;
  struct jpeg_decompress_struct d;
  struct jpeg_error_mgr errors;
  d.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&d);
  jpeg_stdio_src(&d, in);
  jpeg_read_header(&d, TRUE);
  d.raw_data_out = TRUE;
  d.do_fancy_upsampling = FALSE;
  d.dct_method = JDCT_ISLOW;
  d.out_color_space = d.jpeg_color_space;
  jpeg_start_decompress(&d);
  JSAMPARRAY rows[4];
  unsigned char *plane[4];
  long stride[4];
  for (int i = 0; i < d.num_components; i++) {
    jpeg_component_info *c = &d.comp_info[i];
    stride[i] = (c->width_in_blocks + 8L) * 8;
    plane[i] = calloc(stride[i], (c->height_in_blocks + 8L) * 8);
    rows[i] = malloc(sizeof(JSAMPROW) * 32);
  }
  while (d.output_scanline < d.output_height) {
    int mcu = d.output_scanline / (8 * d.max_v_samp_factor);
    for (int i = 0; i < d.num_components; i++) {
      int n = 8 * d.comp_info[i].v_samp_factor;
      for (int r = 0; r < n; r++) rows[i][r] = plane[i] + stride[i] * ((long)mcu * n + r);
    }
    jpeg_read_raw_data(&d, rows, 8 * d.max_v_samp_factor);
  }
  printf("%s", name);
  for (int i = 0; i < d.num_components; i++) {
    jpeg_component_info *c = &d.comp_info[i];
    long w = c->downsampled_width, h = c->downsampled_height;
    uLong crc = crc32(0, NULL, 0);
    for (long y = 0; y < h; y++) crc = crc32(crc, plane[i] + y * stride[i], (uInt)w);
    printf("\t%ld\t%ld\t%lu", w, h, crc);
    free(plane[i]);
    free(rows[i]);
  }
  printf("\n");
  jpeg_finish_decompress(&d);
  jpeg_destroy_decompress(&d);
  fclose(in);
  return errors.num_warnings != 0;
}

int main(int n, char **a) {
  if (n == 10 && !strcmp(a[1], "encode")) return encode(a + 2);
  int failed = 0;
  for (int i = 2; n > 2 && !strcmp(a[1], "planes") && i < n; i++) failed |= planes(a[i]);
  return n < 3 || failed;
}
