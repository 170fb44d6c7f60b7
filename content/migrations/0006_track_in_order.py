from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0005_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="trackpage",
            name="is_in_order",
            field=models.BooleanField(
                default=False,
                help_text="A module opens when the one before it is completed. Without it everybody begins where they like.",
                verbose_name="one module after the other",
            ),
        ),
    ]
