/* WebKitGTK's MiniBrowser forgets everything when a driver steers it. Loaded before the library (LD_PRELOAD),
   this gives it the folder of $PREQUAL_PROFILE instead, by the library's own function. */
#include <stdlib.h>

void *webkit_website_data_manager_new(const char *option, ...);

void *webkit_website_data_manager_new_ephemeral(void) {
    const char *folder = getenv("PREQUAL_PROFILE");
    return webkit_website_data_manager_new("base-data-directory", folder, "base-cache-directory", folder, NULL);
}
